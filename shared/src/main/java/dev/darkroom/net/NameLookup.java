package dev.darkroom.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds a host's addresses. Given in, so that a test can be a name server that changes its mind. */
@FunctionalInterface
public interface NameLookup {
    /** At least one address of this name, or of the address that the name is in numbers. */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** The machine's own resolver. */
    static NameLookup system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
