package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private static final Header FIRST = new Header("a", new byte[] {1});
    private static final Header SECOND = new Header("b", null);
    private static final Header THIRD = new Header("a", new byte[] {3});

    @Test
    void should_keep_order_and_duplicates() {
        Headers headers = Headers.of(FIRST, SECOND, THIRD);

        assertThat(headers).containsExactly(FIRST, SECOND, THIRD);
        assertThat(headers.headers("a")).containsExactly(FIRST, THIRD);
        assertThat(headers.headers("c")).isEmpty();
        assertThat(headers.lastHeader("a")).containsSame(THIRD);
        assertThat(headers.lastHeader("c")).isEmpty();
        assertThat(headers.size()).isEqualTo(3);
        assertThat(headers.get(1)).isSameAs(SECOND);
    }

    @Test
    void should_not_change_with_the_list_it_came_from() {
        List<Header> list = new ArrayList<>(List.of(FIRST));
        Headers headers = Headers.of(list);

        list.add(SECOND);
        Headers longer = headers.with("b", null);

        assertThat(headers.asList()).containsExactly(FIRST);
        assertThat(longer).isEqualTo(Headers.of(FIRST, SECOND)).hasSameHashCodeAs(Headers.of(FIRST, SECOND));
        assertThat(Headers.of()).isSameAs(Headers.empty());
    }

    @Test
    void should_compare_values_by_content_and_never_show_them() {
        Header secret = new Header("token", new byte[] {'s', 'e', 'c', 'r', 'e', 't'});

        assertThat(secret)
                .isEqualTo(new Header("token", "secret".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isNotEqualTo(new Header("token", null))
                .hasToString("Header[token=6 bytes]");
        assertThat(Headers.of(SECOND)).hasToString("[Header[b=null]]");
    }

    @Test
    void should_refuse_null_key() {
        assertThatNullPointerException().isThrownBy(() -> new Header(null, null));
    }
}
