package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a host name in {@code bootstrap.servers} stands for ({@code client.dns.lookup}, KIP-235 and KIP-302). */
public enum DnsLookup {

    /** All addresses of a name are tried in turn. */
    USE_ALL_DNS_IPS,

    /**
     * Every bootstrap name is first replaced by the canonical names of its addresses, as Kerberos behind an alias
     * needs.
     */
    RESOLVE_CANONICAL_BOOTSTRAP_SERVERS_ONLY;

    static final Map<String, DnsLookup> BY_NAME = byName();

    private static Map<String, DnsLookup> byName() {
        Map<String, DnsLookup> names = new LinkedHashMap<>();
        names.put("use_all_dns_ips", USE_ALL_DNS_IPS);
        names.put("resolve_canonical_bootstrap_servers_only", RESOLVE_CANONICAL_BOOTSTRAP_SERVERS_ONLY);
        return names;
    }
}
