package dev.ottla.benchmarks.compare;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    private static final List<Color> COLORS =
            List.of(new Color(0x1B6CA8), new Color(0xD1603D), new Color(0x6A994E), new Color(0x7B4B94));
    private static final int LIGHT_ALPHA = 110;
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
                // Where records go as fast as they can, what a second costs says how many processors there are.
                boolean isByTime = metric == Metric.CPU_MS_PER_SECOND && !suite.equals("low-rate");
                if (!drawn.isEmpty() && !isByTime) {
                    String file = suite + "-" + metric.label() + ".png";
                    BitmapEncoder.saveBitmap(
                            chart(suite, metric, drawn), directory.resolve(file).toString(), BitmapFormat.PNG);
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** Whether all can be shown on a logarithmic axis, and must be. */
    private static boolean isLogarithmic(List<Result> drawn) {
        double least = drawn.stream().mapToDouble(Result::min).min().orElse(0);
        double most = drawn.stream().mapToDouble(Result::max).max().orElse(0);
        return least > 0 && most / least > LOGARITHMIC_FROM;
    }

    private static double powerOfTenBelow(List<Result> drawn) {
        double least = drawn.stream().mapToDouble(Result::min).min().orElse(1);
        return Math.pow(10, Math.ceil(Math.log10(least)) - 1);
    }

    private static CategoryChart chart(String suite, Metric metric, List<Result> drawn) {
        List<String> scenarios = drawn.stream().map(Result::scenario).distinct().toList();
        List<String> peers = drawn.stream().map(Result::peer).distinct().toList();
        boolean isLogarithmic = isLogarithmic(drawn);
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(suite + ": " + metric.label() + ": minimum, median and maximum"
                        + (isLogarithmic ? ", logarithmic" : ""))
                .xAxisTitle("scenario")
                .yAxisTitle(metric.unit())
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
        if (isLogarithmic) {
            // Bars begin at zero unless told otherwise, which has no place on such an axis.
            chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(powerOfTenBelow(drawn));
        }
        for (int i = 0; i < peers.size(); i++) {
            Color color = COLORS.get(i % COLORS.size());
            addSeries(chart, drawn, scenarios, peers.get(i), color);
        }
        return chart;
    }

    /** Three bars for each scenario, of which the legend names the middle one; none where the peer has no result. */
    private static void addSeries(
            CategoryChart chart, List<Result> drawn, List<String> scenarios, String peer, Color color) {
        Color light = new Color(color.getRed(), color.getGreen(), color.getBlue(), LIGHT_ALPHA);
        chart.addSeries(peer + " minimum", scenarios, values(drawn, scenarios, peer, Result::min))
                .setFillColor(light)
                .setShowInLegend(false);
        chart.addSeries(peer, scenarios, values(drawn, scenarios, peer, Result::median))
                .setFillColor(color);
        chart.addSeries(peer + " maximum", scenarios, values(drawn, scenarios, peer, Result::max))
                .setFillColor(light)
                .setShowInLegend(false);
    }

    private static List<@Nullable Double> values(
            List<Result> drawn, List<String> scenarios, String peer, Function<Result, Double> value) {
        List<@Nullable Double> values = new ArrayList<>();
        for (String scenario : scenarios) {
            values.add(drawn.stream()
                    .filter(each -> each.peer().equals(peer) && each.scenario().equals(scenario))
                    .findFirst()
                    .map(value)
                    .orElse(null));
        }
        return values;
    }
}
