package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws one chart per suite and main metric. Immutable. */
final class Charts {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 500;
    private static final int LABEL_DEGREES = 20;
    private static final List<Metric> DRAWN = List.of(
            Metric.CPU_NS_PER_RECORD,
            Metric.RECORDS_PER_SECOND,
            Metric.LATENCY_P50_US,
            Metric.LATENCY_P99_US,
            Metric.CPU_MS_PER_SECOND,
            Metric.PEAK_RSS_MIB);

    /** Largest by smallest value from which on the small ones could not be seen otherwise. */
    private static final double LOGARITHMIC_FROM = 30;

    private Charts() {}

    /** Writes the charts and returns the names of their files. */
    static List<String> write(Path directory, List<Result> results) throws IOException {
        List<String> files = new ArrayList<>();
        for (String suite : results.stream().map(Result::suite).distinct().toList()) {
            for (Metric metric : DRAWN) {
                List<Result> drawn = results.stream()
                        .filter(each ->
                                each.suite().equals(suite) && each.metric().equals(metric.label()))
                        .toList();
                if (!drawn.isEmpty()) {
                    String file = suite + "-" + metric.label() + ".png";
                    BitmapEncoder.saveBitmap(
                            chart(suite, metric, drawn), directory.resolve(file).toString(), BitmapFormat.PNG);
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static boolean isWide(List<Result> drawn) {
        double least = drawn.stream().mapToDouble(Result::min).min().orElse(0);
        double most = drawn.stream().mapToDouble(Result::max).max().orElse(0);
        return least > 0 && most / least > LOGARITHMIC_FROM;
    }

    private static CategoryChart chart(String suite, Metric metric, List<Result> drawn) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(suite + ": " + metric.label() + ", median; bars from min to max")
                .xAxisTitle("scenario")
                .yAxisTitle(metric.unit())
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
        chart.getStyler().setYAxisLogarithmic(isWide(drawn));
        List<String> scenarios = drawn.stream().map(Result::scenario).distinct().toList();
        for (String peer : drawn.stream().map(Result::peer).distinct().toList()) {
            List<Double> medians = new ArrayList<>();
            List<Double> spreads = new ArrayList<>();
            for (String scenario : scenarios) {
                Result found = Objects.requireNonNull(drawn.stream()
                        .filter(each ->
                                each.peer().equals(peer) && each.scenario().equals(scenario))
                        .findFirst()
                        .orElse(new Result(suite, scenario, peer, metric.label(), metric.unit(), 0, 0, 0, 0)));
                medians.add(found.median());
                spreads.add((found.max() - found.min()) / 2);
            }
            chart.addSeries(peer, scenarios, medians, spreads);
        }
        return chart;
    }
}
