package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The JDK's host name look-up; it blocks, so the resolver's thread calls it. */
@Immutable
final class HostNames {
    private HostNames() {}

    /** The address that an IP literal stands for, or null for a name, which has to be looked up. Does not block. */
    static @Nullable InetAddress literal(String host) {
        // A zone (fe80::1%eth0) is left to the JDK, which knows the machine's interfaces.
        byte[] bytes = host.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("an IP literal of " + bytes.length + " bytes", wrongLength);
        }
    }

    /** All addresses of the host, as {@code client.dns.lookup=use_all_dns_ips} asks; in the order of the system's answer. */
    static List<InetAddress> allAddresses(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }
}
