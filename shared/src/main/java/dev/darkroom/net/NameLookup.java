package dev.darkroom.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds a host's addresses. A test can pass one that changes its answers. */
@FunctionalInterface
public interface NameLookup {
    /** At least one address of this name. A numeric host is its own address. */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** The machine's own resolver. */
    static NameLookup system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
