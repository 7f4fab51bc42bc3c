/*
 * Writes librdkafka-partitions.csv: where the hash partitioners of librdkafka put 10,000 keys.
 *
 *   cc -o partitions librdkafka-partitions.c -lrdkafka && ./partitions > librdkafka-partitions.csv
 *
 * One line per key: consistent (CRC32), fnv1a, murmur2. Key i has 1 + i % 40 bytes, each the highest byte of the next state of
 * a linear congruential generator that begins with 1; there are 1 + i % 199 partitions.
 */
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>

int main(void) {
    uint64_t state = 1;
    for (int i = 0; i < 10000; i++) {
        unsigned char key[40];
        size_t length = 1 + i % 40;
        int32_t partitions = 1 + i % 199;
        for (size_t at = 0; at < length; at++) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            key[at] = (unsigned char)(state >> 56);
        }
        printf("%d,%d,%d\n",
               rd_kafka_msg_partitioner_consistent(NULL, key, length, partitions, NULL, NULL),
               rd_kafka_msg_partitioner_fnv1a(NULL, key, length, partitions, NULL, NULL),
               rd_kafka_msg_partitioner_murmur2(NULL, key, length, partitions, NULL, NULL));
    }
    return 0;
}
