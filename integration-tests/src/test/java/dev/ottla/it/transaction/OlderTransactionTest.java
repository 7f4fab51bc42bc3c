package dev.ottla.it.transaction;

import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;

/** The same with a broker that speaks only the older protocol (KIP-98). */
@RealKafkaTest(version = "3.9.1")
class OlderTransactionTest extends TransactionTest {
    OlderTransactionTest(RealKafka broker) {
        super(broker);
    }

    @Override
    int epochAfterThree() {
        return 0;
    }
}
