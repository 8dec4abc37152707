package dev.darkroom.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for the HTTP client, so that it connects to exactly the addresses that were checked. A name that changes its
 * address after the check gains nothing. Numeric hosts are checked here too.
 */
record AddressGuard(DnsResolver lookup) implements DnsResolver {

    /** The name resolves to an address that is not public. */
    static final class ForbiddenAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        SingleExchange.Sending sending = SingleExchange.CURRENT.get();
        InetAddress[] addresses = lookUp(host, sending.deadline().remaining());
        // One address that is not public refuses the name: no honest host has both kinds.
        if (!sending.trusted() && !Arrays.stream(addresses).allMatch(PublicAddresses::isPublic)) {
            throw new ForbiddenAddressException();
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** A look-up cannot be interrupted, so it has its own thread, which may outlive the exchange. */
    private InetAddress[] lookUp(String host, Duration limit) throws UnknownHostException {
        FutureTask<InetAddress[]> task = new FutureTask<>(() -> lookup.resolve(host));
        Thread.ofPlatform().name("name-lookup").daemon().start(task);
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnknownHostException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException();
        }
    }
}
