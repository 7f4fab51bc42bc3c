package dev.ottla.config;

/** How far apart two words are: letters added, left out, exchanged, or two neighbours swapped. */
final class EditDistance {
    private EditDistance() {}

    static int between(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : cheapest(distance, a, b, i, j);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int cheapest(int[][] distance, String a, String b, int i, int j) {
        boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
        int exchange = distance[i - 1][j - 1] + (isSame ? 0 : 1);
        int shorter = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
        int cheapest = Math.min(exchange, shorter);
        boolean isSwap = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwap ? Math.min(cheapest, distance[i - 2][j - 2] + 1) : cheapest;
    }
}
