package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.NewTopic;
import dev.ottla.admin.TopicDescription;

/** Creates a topic if it is not there, and shows what the cluster says of it. Arguments: bootstrap servers, topic. */
public final class AdminSample {
    private AdminSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Admin admin = Admin.create(kafka)) {
            admin.topics()
                    .create(NewTopic.of(args[1]).partitions(3))
                    .join()
                    .failures()
                    .forEach((topic, failure) -> System.out.println(topic + ": " + failure.getMessage()));
            TopicDescription topic = admin.topics().describe(args[1]).join().get(args[1]);
            topic.partitions().forEach(System.out::println);
        }
    }
}
