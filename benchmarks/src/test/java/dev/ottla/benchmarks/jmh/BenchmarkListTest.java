package dev.ottla.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarkListTest {
    private static final Path PAGE = Path.of("..", "docs", "benchmarks.md");
    private static final Pattern NAME = Pattern.compile("`(\\w+Benchmark\\.\\w+)`");

    @Test
    void should_be_the_list_in_the_documentation() throws Exception {
        // given
        Set<String> there = new TreeSet<>();
        BenchmarkList list = BenchmarkList.defaultList();
        for (BenchmarkListEntry each :
                list.getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())) {
            String[] names = each.getUsername().split("\\.", -1);
            there.add(names[names.length - 2] + "." + names[names.length - 1]);
        }

        // when
        Set<String> documented = new TreeSet<>();
        Matcher names = NAME.matcher(chapter(Files.readString(PAGE), "## JMH"));
        while (names.find()) {
            documented.add(names.group(1));
        }

        // then
        assertThat(documented).isNotEmpty().isEqualTo(there);
    }

    private static String chapter(String page, String title) {
        int start = page.indexOf(title + "\n");
        assertThat(start).as(title).isNotNegative();
        return page.substring(start, page.indexOf("\n## ", start + 1));
    }
}
