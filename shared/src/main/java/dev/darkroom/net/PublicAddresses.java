package dev.darkroom.net;

import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses belong to the public Internet. Source: the IANA special-purpose address registries for IPv4 and IPv6. An
 * address with a special use is not public, even if they call it reachable.
 */
public final class PublicAddresses {
    private static final List<Block> SPECIAL_V4 = List.of(
            block("0.0.0.0", 8), // this network, unspecified
            block("10.0.0.0", 8), // private
            block("100.64.0.0", 10), // shared by carrier-grade NAT
            block("127.0.0.0", 8), // loopback
            block("169.254.0.0", 16), // link-local, cloud metadata
            block("172.16.0.0", 12), // private
            block("192.0.0.0", 24), // IETF protocol assignments
            block("192.0.2.0", 24), // documentation
            block("192.31.196.0", 24), // AS112
            block("192.52.193.0", 24), // automatic multicast tunneling
            block("192.88.99.0", 24), // 6to4 relays
            block("192.168.0.0", 16), // private
            block("192.175.48.0", 24), // AS112
            block("198.18.0.0", 15), // benchmarking
            block("198.51.100.0", 24), // documentation
            block("203.0.113.0", 24), // documentation
            block("224.0.0.0", 4), // multicast
            block("240.0.0.0", 4)); // reserved, broadcast

    /**
     * Only this block is public, so these are refused: unspecified, loopback, IPv4-compatible and -mapped, NAT64 (64:ff9b::/96,
     * 64:ff9b:1::/48), discard-only (100::/64), segment routing (5f00::/16), unique-local (fc00::/7), link-local (fe80::/10),
     * site-local (fec0::/10), multicast (ff00::/8).
     */
    private static final Block GLOBAL_UNICAST_V6 = block("2000::", 3);

    private static final List<Block> SPECIAL_V6 = List.of(
            block("2001::", 23), // IETF protocol assignments: Teredo, benchmarking, ORCHID, drone tags
            block("2001:db8::", 32), // documentation
            block("2002::", 16), // 6to4: an IPv4 address in disguise
            block("2620:4f:8000::", 48), // AS112
            block("3fff::", 20)); // documentation

    private PublicAddresses() {}

    /** Whether a packet to this address can only reach a host on the public Internet. */
    public static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return SPECIAL_V4.stream().noneMatch(block -> block.contains(bytes));
        }
        return GLOBAL_UNICAST_V6.contains(bytes) && SPECIAL_V6.stream().noneMatch(block -> block.contains(bytes));
    }

    private static Block block(String prefix, int bits) {
        return new Block(InetAddress.ofLiteral(prefix).getAddress(), bits);
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Block(byte[] prefix, int bits) {
        boolean contains(byte[] address) {
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i % 8);
                if ((prefix[i / 8] & mask) != (address[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
