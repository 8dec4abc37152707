package dev.darkroom.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/** Finds a host's addresses as a test says. */
@FunctionalInterface
public interface NameLookup extends DnsResolver {
    List<InetAddress> addresses(String host) throws UnknownHostException;

    @Override
    default InetAddress[] resolve(String host) throws UnknownHostException {
        return addresses(host).toArray(InetAddress[]::new);
    }

    @Override
    default String resolveCanonicalHostname(String host) {
        return host;
    }
}
