package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.Immutable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;

/** The JDK's host name look-up; it blocks, so the resolver's thread calls it. */
@Immutable
final class HostNames {
    private HostNames() {}

    /** All addresses of the host, as {@code client.dns.lookup=use_all_dns_ips} asks; in the order of the system's answer. */
    static List<InetAddress> allAddresses(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }
}
