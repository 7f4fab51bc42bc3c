/*
 * librdkafka as a peer of the comparison: takes the same name=value arguments as PeerMain, prints "ready" (or "refused" and
 * why), does a round for each line "run <records> [<per second>]" or "idle <milliseconds>", closes its client at "exit",
 * prints "closed" and ends with its input.
 *
 * Payloads are not copied on produce (they stay where they are), records are consumed in batches, delivery reports are served
 * by the sending thread. With produceBatch=N records are handed over N at a time, 256 KiB at most, with reportEvents=1 reports come as
 * events instead of callbacks, with consumeCallbacks=1 records come as callbacks instead of batches, with queuedMessages=N a consumer
 * reads so much ahead, with member=1 it is the one member of its group; docs/benchmarks.md says which of these ways costs least.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX 64
#define PAYLOADS 4096
#define BATCH 10000
#define FEW_PARTITIONS 6
#define PRODUCE_BATCH_BYTES 262144
#define POLL_EVERY 256
#define CACHE_LINES 128
#define STALLED_NANOS 30000000000LL

static const char *argument(int argc, char **argv, const char *name, const char *absent) {
    size_t length = strlen(name);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
            return argv[i] + length + 1;
    }
    return absent;
}

static long number(int argc, char **argv, const char *name, const char *absent) {
    return atol(argument(argc, argv, name, absent));
}

static int64_t now_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void refuse(const char *what, const char *why) {
    printf("refused %s: %s\n", what, why);
    fflush(stdout);
    exit(1);
}

static void await_time(int64_t nanos) {
    int64_t left = nanos - now_nanos();
    while (left > 0) {
        struct timespec pause = {left / 1000000000LL, left % 1000000000LL};
        nanosleep(&pause, NULL);
        left = nanos - now_nanos();
    }
}

/* ---- what all modes share ---- */

static rd_kafka_t *client;
static rd_kafka_topic_t *topic;
/* Where delivery reports come as events; null where they are callbacks. */
static rd_kafka_queue_t *report_queue;
static int threads, key_bytes, value_bytes, partitions;
/* Which partitions records go to, as Workload.Spread has it. */
static enum { SPREAD_CLIENT, SPREAD_EVEN, SPREAD_EACH_ONCE } spread;
static int has_sent;
static char *values, *keys;
static int value_count; /* a power of two */

/* What one thread counts and reads, on cache lines that no other thread writes to. */
struct app {
    int64_t acked, failed, queue_full;
    rd_kafka_resp_err_t last_error;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    int64_t target, received, gaps;
    int64_t value_bytes;
    double records_per_nano;
    int64_t *next_offsets;
    ssize_t polled_count, polled_next;
    rd_kafka_message_t *polled[BATCH];
} __attribute__((aligned(CACHE_LINES)));

/* Those of the application, the main thread and the one that only serves reports. */
static struct app apps[THREADS_MAX + 2];
static struct app *const main_app = &apps[THREADS_MAX], *const reports_app = &apps[THREADS_MAX + 1];
static __thread struct app *self;

#define ADD(counter, amount) __atomic_store_n(&(counter), (counter) + (amount), __ATOMIC_RELAXED)

static int64_t sum_of(size_t offset) {
    int64_t total = 0;
    for (int i = 0; i < THREADS_MAX + 2; i++)
        total += __atomic_load_n((int64_t *)((char *)&apps[i] + offset), __ATOMIC_RELAXED);
    return total;
}

#define SUM(field) sum_of(offsetof(struct app, field))

static void on_failed(rd_kafka_resp_err_t error) {
    ADD(self->failed, 1);
    self->last_error = error;
}

static int64_t *latencies;
static int64_t latency_room;
static int64_t latency_count __attribute__((aligned(CACHE_LINES)));

static void add_latency(int64_t since) {
    int64_t at = __atomic_fetch_add(&latency_count, 1, __ATOMIC_RELAXED);
    if (at < latency_room)
        latencies[at] = now_nanos() - since;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk;
    (void)opaque;
    if (message->err)
        on_failed(message->err);
    else
        ADD(self->acked, 1);
    if (latencies && message->_private)
        add_latency((int64_t)(intptr_t)message->_private);
}

/* Serves delivery reports; waits so long for the first. */
static void serve_reports(int timeout_millis) {
    if (!report_queue) {
        rd_kafka_poll(client, timeout_millis);
        return;
    }
    rd_kafka_event_t *event = rd_kafka_queue_poll(report_queue, timeout_millis);
    while (event) {
        const rd_kafka_message_t *message;
        while ((message = rd_kafka_event_message_next(event)))
            on_delivery(client, message, NULL);
        rd_kafka_event_destroy(event);
        event = rd_kafka_queue_poll(report_queue, 0);
    }
}

static void flush(void) {
    /* rd_kafka_flush serves callbacks, and leaves events to the application. */
    while (report_queue && rd_kafka_outq_len(client) > 0)
        serve_reports(100);
    rd_kafka_flush(client, 60000);
}

/* Serves reports until shortly before then, and sleeps for the rest: a poll counts in milliseconds. */
static void await_time_serving(int64_t nanos) {
    int64_t millis = (nanos - now_nanos()) / 1000000 - 1;
    while (millis > 0) {
        serve_reports((int)millis);
        millis = (nanos - now_nanos()) / 1000000 - 1;
    }
    await_time(nanos);
}

static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return *state >> 33;
}

static void make_payloads(void) {
    static const char *words[] = {"order", "customer", "amount",  "currency", "EUR",  "status",
                                  "paid",  "open",     "address", "street",   "city", "items"};
    uint64_t random = 42;
    value_count = value_bytes > 16 * 1024 ? 64 : PAYLOADS;
    values = malloc((size_t)value_count * value_bytes);
    keys = malloc((size_t)PAYLOADS * (key_bytes + 1));
    for (int i = 0; i < value_count; i++) {
        char *value = values + (size_t)i * value_bytes;
        int at = 0;
        while (at < value_bytes) {
            char field[64];
            const char *word = words[next_random(&random) % 12];
            unsigned amount = (unsigned)(next_random(&random) % 1000000000);
            int length = snprintf(field, sizeof field, "%s\"%s\":%u,", at ? "" : "{", word, amount);
            if (length > value_bytes - at)
                length = value_bytes - at;
            memcpy(value + at, field, length);
            at += length;
        }
    }
    for (size_t i = 0; i < (size_t)PAYLOADS * key_bytes; i++)
        keys[i] = 'a' + next_random(&random) % 26;
}

static int32_t partition_of(long i) {
    if (spread == SPREAD_CLIENT)
        return RD_KAFKA_PARTITION_UA;
    if (spread == SPREAD_EVEN || (i < partitions && !has_sent))
        return (int32_t)(i % partitions);
    return (int32_t)(i % FEW_PARTITIONS);
}

static void send_bytes(long i, char *value, int flags, void *opaque) {
    char *key = key_bytes ? keys + (size_t)(i % PAYLOADS) * key_bytes : NULL;
    while (rd_kafka_produce(topic, partition_of(i), flags, value, value_bytes, key, key_bytes, opaque) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            on_failed(rd_kafka_last_error());
            return;
        }
        ADD(self->queue_full, 1);
        serve_reports(10);
    }
}

static void send_record(long i, void *opaque) {
    send_bytes(i, values + (size_t)(i & (value_count - 1)) * value_bytes, 0, opaque);
}

/* ---- the parts of a round that an application thread does ---- */

static long round_records;
static double nanos_per_record;

static long share(long records, int thread) {
    return records / threads + (thread < records % threads ? 1 : 0);
}

static void produce_part(int thread) {
    long count = share(round_records, thread);
    for (long i = 0; i < count; i++) {
        send_record(i, NULL);
        if (i % POLL_EVERY == 0)
            serve_reports(0);
    }
    has_sent = 1;
}

static int produce_batch;

/* Hands the first messages over; returns how many of them found no room, which are then the first. */
static int hand_over(rd_kafka_message_t *messages, int count) {
    int flags = spread == SPREAD_CLIENT ? 0 : RD_KAFKA_MSG_F_PARTITION;
    if (rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, flags, messages, count) == count)
        return 0;
    int left = 0;
    for (int i = 0; i < count; i++) {
        if (messages[i].err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            messages[left++] = messages[i];
        else if (messages[i].err)
            on_failed(messages[i].err);
    }
    return left;
}

static void produce_batches_part(int thread) {
    rd_kafka_message_t *messages = calloc(produce_batch, sizeof *messages);
    long count = share(round_records, thread);
    for (long done = 0; done < count; done += produce_batch) {
        int left = count - done < produce_batch ? (int)(count - done) : produce_batch;
        for (int i = 0; i < left; i++) {
            long at = done + i;
            rd_kafka_message_t message = {0};
            message.partition = partition_of(at);
            message.payload = values + (size_t)(at & (value_count - 1)) * value_bytes;
            message.len = value_bytes;
            message.key = key_bytes ? keys + (size_t)(at % PAYLOADS) * key_bytes : NULL;
            message.key_len = key_bytes;
            messages[i] = message;
        }
        while ((left = hand_over(messages, left)) > 0) {
            ADD(self->queue_full, 1);
            for (int i = 0; i < left; i++)
                messages[i].err = 0;
            serve_reports(10);
        }
        serve_reports(0);
    }
    free(messages);
    has_sent = 1;
}

/* Delivery reports have a thread of their own here, as callbacks have in the other peers: none is late for lack of a poll. */
static void *report_thread(void *ignored) {
    (void)ignored;
    self = reports_app;
    for (;;)
        rd_kafka_poll(client, 1000);
    return NULL;
}

static int reports_by_sender;

static void rate_part(int thread) {
    (void)thread;
    int64_t start = now_nanos();
    for (long i = 0; i < round_records; i++) {
        int64_t intended = start + (int64_t)(i * nanos_per_record);
        if (reports_by_sender)
            await_time_serving(intended);
        else
            await_time(intended);
        send_record(i, (void *)(intptr_t)intended);
    }
}

static void sync_part(int thread) {
    (void)thread;
    for (long i = 0; i < round_records; i++) {
        int64_t before = self->acked + self->failed;
        send_record(i, (void *)(intptr_t)now_nanos());
        while (self->acked + self->failed == before)
            serve_reports(1000);
    }
}

static int poll_max = BATCH;
/* How many records of a round are not timed, of all threads. */
static long untimed;
static int end_to_end;

static void take(struct app *app, rd_kafka_message_t *message) {
    if (message->err) {
        on_failed(message->err);
        return;
    }
    if (end_to_end) {
        int64_t intended;
        memcpy(&intended, message->payload, sizeof intended);
        add_latency(intended);
    }
    int64_t *next = &app->next_offsets[message->partition];
    if (message->offset != *next)
        app->gaps++;
    *next = message->offset + 1;
    app->received++;
    app->value_bytes += (int64_t)message->len;
}

/*
 * Waits for one record and then takes what else is there. rd_kafka_consume_batch_queue with a timeout and room for many would
 * wait until the room is full or the time over, and hold back the records that came first.
 */
static ssize_t take_batch(struct app *app) {
    ssize_t first = rd_kafka_consume_batch_queue(app->queue, 1000, app->polled, 1);
    if (first <= 0)
        return 0;
    ssize_t more = poll_max > 1 ? rd_kafka_consume_batch_queue(app->queue, 0, app->polled + 1, poll_max - 1) : 0;
    return 1 + (more > 0 ? more : 0);
}

/* Beyond the round's target nothing is taken: the queue keeps it. */
static void on_message(rd_kafka_message_t *message, void *opaque) {
    struct app *app = opaque;
    take(app, message);
    if (app->received >= app->target)
        rd_kafka_yield(app->consumer);
}

static int consume_callbacks;

/* What a batch brings beyond the round's target is left for the next round, as by the other peers. */
static void poll_records(struct app *app) {
    if (consume_callbacks) {
        rd_kafka_consume_callback_queue(app->queue, 1000, on_message, app);
        return;
    }
    if (app->polled_next == app->polled_count) {
        app->polled_next = 0;
        app->polled_count = take_batch(app);
    }
    while (app->polled_next < app->polled_count && app->received < app->target) {
        rd_kafka_message_t *message = app->polled[app->polled_next++];
        take(app, message);
        rd_kafka_message_destroy(message);
    }
}

/* As in ConsumePeer: the first part of a round may have been read ahead, and is not timed. */
static void consume_records(struct app *app, long count) {
    app->target += count;
    int64_t first = app->received, before = first, timed_first = first;
    int64_t start = now_nanos(), last = start, timed_start = start;
    while (app->received < app->target) {
        poll_records(app);
        if (app->received > before) {
            before = app->received;
            if (nanos_per_record > 0 && !end_to_end)
                await_time(start + (int64_t)((double)(before - first) * nanos_per_record * threads));
            last = now_nanos();
            if (timed_first == first && before < app->target && before - first >= untimed / threads) {
                timed_first = before;
                timed_start = last;
            }
        } else if (now_nanos() - last > STALLED_NANOS)
            die("consume", "nothing received for 30 s");
    }
    app->records_per_nano = (double)(before - timed_first) / (double)(last > timed_start ? last - timed_start : 1);
}

static void consume_part(int thread) {
    consume_records(&apps[thread], share(round_records, thread));
}

static int64_t idle_until;

static void idle_part(int thread) {
    while (now_nanos() < idle_until)
        poll_records(&apps[thread]);
}

/* Thread 0 sends, thread 1 reads with consumer 0. */
static void end_to_end_part(int thread) {
    if (thread == 1) {
        consume_records(&apps[0], round_records);
        return;
    }
    char *value = malloc(value_bytes);
    int64_t start = now_nanos();
    for (long i = 0; i < round_records; i++) {
        int64_t intended = start + (int64_t)(i * nanos_per_record);
        await_time(intended);
        memcpy(value, values + (size_t)(i & (value_count - 1)) * value_bytes, value_bytes);
        memcpy(value, &intended, sizeof intended);
        send_bytes(i, value, RD_KAFKA_MSG_F_COPY, NULL);
    }
    flush();
    free(value);
}

/* ---- rounds; application threads live as long as the process, as those of the other peers do ---- */

static pthread_barrier_t round_begin, round_end;
static void (*part)(int thread);

static void *app_thread(void *thread) {
    self = &apps[(intptr_t)thread];
    for (;;) {
        pthread_barrier_wait(&round_begin);
        part((int)(intptr_t)thread);
        pthread_barrier_wait(&round_end);
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t percentile(double p) {
    int64_t at = (int64_t)(p * latency_count);
    return latencies[at >= latency_count ? latency_count - 1 : at];
}

static double total_rate(void) {
    double total = 0;
    for (int i = 0; i < threads; i++)
        total += apps[i].records_per_nano;
    return total;
}

static void print_last_error(void) {
    for (int i = 0; i < THREADS_MAX + 2; i++) {
        if (apps[i].last_error) {
            printf(" error=%s", rd_kafka_err2name(apps[i].last_error));
            return;
        }
    }
}

static void print_latencies(void) {
    if (latency_count > latency_room)
        latency_count = latency_room;
    qsort(latencies, latency_count, sizeof *latencies, by_value);
    printf(" p50=%" PRId64 " p99=%" PRId64 " p999=%" PRId64 " max=%" PRId64, percentile(0.5), percentile(0.99),
           percentile(0.999), latencies[latency_count - 1]);
}

static void run_round(long records, int produces, int timed) {
    int64_t acked = SUM(acked), failed = SUM(failed), queue_full = SUM(queue_full);
    int64_t received = SUM(received), gaps = SUM(gaps), value_bytes_before = SUM(value_bytes);
    round_records = records;
    if (timed) {
        free(latencies);
        latency_room = records;
        latency_count = 0;
        latencies = malloc(records * sizeof *latencies);
    }
    int64_t start = now_nanos();
    pthread_barrier_wait(&round_begin);
    pthread_barrier_wait(&round_end);
    if (produces)
        flush();
    int64_t nanos = now_nanos() - start;
    if (!produces)
        nanos = (int64_t)((double)records / total_rate());
    printf("round sent=%ld acked=%" PRId64 " failed=%" PRId64 " received=%" PRId64 " gaps=%" PRId64 " nanos=%" PRId64
           " queueFull=%" PRId64 " valueBytes=%" PRId64,
           produces ? records : 0L, SUM(acked) - acked, SUM(failed) - failed, SUM(received) - received, SUM(gaps) - gaps,
           nanos, SUM(queue_full) - queue_full, SUM(value_bytes) - value_bytes_before);
    if (SUM(failed) > failed)
        print_last_error();
    if (timed && latency_count > 0)
        print_latencies();
    printf("\n");
    fflush(stdout);
}

static void run_idle(long millis, int produces) {
    int64_t start = now_nanos();
    idle_until = start + millis * 1000000LL;
    if (produces && reports_by_sender) {
        await_time_serving(idle_until);
    } else if (produces) {
        await_time(idle_until);
    } else {
        void (*usual)(int thread) = part;
        part = idle_part;
        pthread_barrier_wait(&round_begin);
        pthread_barrier_wait(&round_end);
        part = usual;
    }
    printf("round sent=0 acked=0 failed=0 received=0 gaps=0 nanos=%" PRId64 "\n", now_nanos() - start);
    fflush(stdout);
}

/* ---- start and end ---- */

/* Where one process sends and reads, both clients are given the settings of both, and complain of those that are not theirs. */
static void log_problems(const rd_kafka_t *rk, int level, const char *facility, const char *text) {
    if (strcmp(facility, "CONFWARN") != 0)
        rd_kafka_log_print(rk, level, facility, text);
}

static rd_kafka_t *new_client(int argc, char **argv, rd_kafka_type_t type, int report_events) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "config.", 7) != 0)
            continue;
        char *key = strdup(argv[i] + 7);
        char *equals = strchr(key, '=');
        *equals = 0;
        rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, key, equals + 1, error, sizeof error);
        /* Older versions have no other protocol than classic, and no key for it. */
        if (result == RD_KAFKA_CONF_UNKNOWN && strcmp(key, "group.protocol") == 0 && strcmp(equals + 1, "classic") != 0)
            refuse(key, error);
        if (result == RD_KAFKA_CONF_UNKNOWN)
            fprintf(stderr, "left out, librdkafka %s does not know it: %s\n", rd_kafka_version_str(), key);
        else if (result != RD_KAFKA_CONF_OK)
            refuse(key, error);
        free(key);
    }
    if (report_events)
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
    else if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    if (end_to_end)
        rd_kafka_conf_set_log_cb(conf, log_problems);
    const char *queued = argument(argc, argv, "queuedMessages", "");
    if (type == RD_KAFKA_CONSUMER && *queued &&
        rd_kafka_conf_set(conf, "queued.min.messages", queued, error, sizeof error) != RD_KAFKA_CONF_OK)
        refuse("queued.min.messages", error);
    rd_kafka_t *rk = rd_kafka_new(type, conf, error, sizeof error);
    if (!rk)
        refuse("rd_kafka_new", error);
    return rk;
}

static void subscribe(rd_kafka_t *consumer, const char *topic_name) {
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic_name, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer, topics);
    if (err)
        die("rd_kafka_subscribe", rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(topics);
}

static void assign(rd_kafka_t *consumer, const char *topic_name, int first, int step) {
    rd_kafka_topic_partition_list_t *assigned = rd_kafka_topic_partition_list_new(partitions);
    for (int i = first; i < partitions; i += step)
        rd_kafka_topic_partition_list_add(assigned, topic_name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t err = rd_kafka_assign(consumer, assigned);
    if (err)
        die("rd_kafka_assign", rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(assigned);
}

static void start_consumers(int argc, char **argv, const char *topic_name, int consumer_count) {
    for (int thread = 0; thread < consumer_count; thread++) {
        struct app *app = &apps[thread];
        size_t bytes = (partitions * sizeof *app->next_offsets / CACHE_LINES + 1) * CACHE_LINES;
        app->next_offsets = aligned_alloc(CACHE_LINES, bytes);
        memset(app->next_offsets, 0, bytes);
        app->consumer = new_client(argc, argv, RD_KAFKA_CONSUMER, 0);
        rd_kafka_poll_set_consumer(app->consumer);
        app->queue = rd_kafka_queue_get_consumer(app->consumer);
        if (number(argc, argv, "member", "0"))
            subscribe(app->consumer, topic_name);
        else
            assign(app->consumer, topic_name, thread, consumer_count);
    }
}

static void start_app_threads(void) {
    pthread_barrier_init(&round_begin, NULL, threads + 1);
    pthread_barrier_init(&round_end, NULL, threads + 1);
    for (int i = 0; i < threads; i++) {
        char name[16];
        pthread_t thread;
        pthread_create(&thread, NULL, app_thread, (void *)(intptr_t)i);
        snprintf(name, sizeof name, "app-%d", i);
        pthread_setname_np(thread, name);
    }
}

static void close_consumers(int consumer_count) {
    for (struct app *app = apps; app < apps + consumer_count; app++) {
        while (app->polled_next < app->polled_count)
            rd_kafka_message_destroy(app->polled[app->polled_next++]);
        rd_kafka_queue_destroy(app->queue);
        rd_kafka_consumer_close(app->consumer);
        rd_kafka_destroy(app->consumer);
    }
}

static int has_zstd(void) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int is_there = rd_kafka_conf_set(conf, "compression.codec", "zstd", error, sizeof error) == RD_KAFKA_CONF_OK;
    rd_kafka_conf_destroy(conf);
    return is_there;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("%s (%s zstd), its driver compiled by cc %s\n", rd_kafka_version_str(), has_zstd() ? "with" : "without",
               __VERSION__);
        return 0;
    }
    const char *mode = argument(argc, argv, "mode", "");
    const char *topic_name = argument(argc, argv, "topic", "");
    int produces = strcmp(mode, "CONSUME") != 0;
    int at_rate = strcmp(mode, "RATE") == 0;
    int sync = strcmp(mode, "SYNC") == 0;
    const char *spread_name = argument(argc, argv, "spread", "CLIENT");
    end_to_end = strcmp(mode, "END_TO_END") == 0;
    threads = (int)number(argc, argv, "threads", "1");
    key_bytes = (int)number(argc, argv, "keyBytes", "0");
    value_bytes = (int)number(argc, argv, "valueBytes", "100");
    partitions = (int)number(argc, argv, "partitions", "6");
    long rate = number(argc, argv, "rate", "0");
    nanos_per_record = rate > 0 ? 1e9 / (double)rate : 0;
    poll_max = (int)number(argc, argv, "pollRecords", "10000");
    if (poll_max > BATCH)
        poll_max = BATCH;
    untimed = number(argc, argv, "untimed", "0");
    produce_batch = (int)number(argc, argv, "produceBatch", "0");
    if (produce_batch > 1 && produce_batch > PRODUCE_BATCH_BYTES / value_bytes)
        produce_batch = value_bytes < PRODUCE_BATCH_BYTES ? PRODUCE_BATCH_BYTES / value_bytes : 1;
    int report_events = (int)number(argc, argv, "reportEvents", "0");
    reports_by_sender = (int)number(argc, argv, "reportsBySender", "0");
    consume_callbacks = (int)number(argc, argv, "consumeCallbacks", "0");
    self = main_app;
    spread = strcmp(spread_name, "EVEN") == 0        ? SPREAD_EVEN
             : strcmp(spread_name, "EACH_ONCE") == 0 ? SPREAD_EACH_ONCE
                                                     : SPREAD_CLIENT;
    if (end_to_end)
        threads = 2;
    if (threads > THREADS_MAX)
        die("threads", "too many");
    if (produces) {
        make_payloads();
        client = new_client(argc, argv, RD_KAFKA_PRODUCER, report_events);
        if (report_events)
            report_queue = rd_kafka_queue_get_main(client);
        topic = rd_kafka_topic_new(client, topic_name, NULL);
        part = at_rate         ? rate_part
               : sync          ? sync_part
               : end_to_end    ? end_to_end_part
               : produce_batch ? produce_batches_part
                               : produce_part;
        if ((at_rate && !reports_by_sender) || end_to_end) {
            pthread_t reports;
            pthread_create(&reports, NULL, report_thread, NULL);
            pthread_setname_np(reports, "app-reports");
        }
    } else {
        part = consume_part;
    }
    if (!produces && strstr(topic_name, "-zstd-") && !has_zstd())
        refuse("consume", "librdkafka was built without zstd");
    int consumer_count = end_to_end ? 1 : produces ? 0 : threads;
    if (consumer_count > 0)
        start_consumers(argc, argv, topic_name, consumer_count);
    start_app_threads();
    printf("ready\n");
    fflush(stdout);
    char line[128];
    while (fgets(line, sizeof line, stdin) && strncmp(line, "exit", 4) != 0) {
        if (strncmp(line, "idle ", 5) == 0)
            run_idle(atol(line + 5), produces);
        else {
            long per_second;
            long records = 0;
            if (sscanf(line, "run %ld %ld", &records, &per_second) != 2)
                per_second = rate;
            nanos_per_record = per_second > 0 ? 1e9 / (double)per_second : 0;
            run_round(records, produces, at_rate || sync || end_to_end);
        }
    }
    close_consumers(consumer_count);
    if (report_queue)
        rd_kafka_queue_destroy(report_queue);
    if (produces && (!at_rate || reports_by_sender) && !end_to_end) {
        /* At a rate the reporting thread is still inside the client; it ends with the process. */
        rd_kafka_topic_destroy(topic);
        rd_kafka_destroy(client);
    }
    printf("closed\n");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        /* The comparison looks at this process once more before it lets it go. */
    }
    return 0;
}
