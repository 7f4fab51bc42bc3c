package dev.ottla.config;

import dev.ottla.config.ConfigKey.Role;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;

/** The keys of the admin client alone. */
final class AdminKeys {
    static final KeyTable ADMIN = new KeyTable("Admin", EnumSet.of(Role.ADMIN));

    static final ConfigKey<List<InetSocketAddress>> BOOTSTRAP_CONTROLLERS = ADMIN.rejected(
            "bootstrap.controllers",
            ValueTypes.listOf(Endpoints.type()),
            "",
            "Addresses of controllers, to ask them directly (KIP-919).",
            "Controllers can not be asked directly yet; use bootstrap.servers.");

    static final List<KeyTable> TABLES = List.of(ADMIN);

    private AdminKeys() {}
}
