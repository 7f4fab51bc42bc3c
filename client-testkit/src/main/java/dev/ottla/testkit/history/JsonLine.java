package dev.ottla.testkit.history;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** One entry of a history as a JSON object, from the components of its record. */
final class JsonLine {
    private JsonLine() {}

    static String of(History.Entry entry) {
        StringJoiner fields = new StringJoiner(",", "{", "}");
        fields.add("\"at\":" + entry.atNanos());
        fields.add("\"event\":" + quoted(entry.event().getClass().getSimpleName()));
        for (RecordComponent component : entry.event().getClass().getRecordComponents()) {
            fields.add(quoted(component.getName()) + ":" + value(read(component, entry.event())));
        }
        return fields.toString();
    }

    private static Object read(RecordComponent component, HistoryEvent event) {
        try {
            return component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's accessor can't be read: " + component, e);
        }
    }

    private static String value(Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        } else if (value instanceof Duration duration) {
            return Long.toString(duration.toNanos());
        } else if (value instanceof Collection<?> elements) {
            StringJoiner array = new StringJoiner(",", "[", "]");
            elements.stream().map(Object::toString).sorted().forEach(element -> array.add(quoted(element)));
            return array.toString();
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, mapped) -> sorted.put(key.toString(), mapped));
            StringJoiner object = new StringJoiner(",", "{", "}");
            sorted.forEach((key, mapped) -> object.add(quoted(key) + ":" + value(mapped)));
            return object.toString();
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
