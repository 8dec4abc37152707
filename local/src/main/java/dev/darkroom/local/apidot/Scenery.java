package dev.darkroom.local.apidot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Paints what a prompt is about, by a few known words. The same prompt gives the same picture. One object paints one picture.
 * Lengths are fractions of the shorter edge, so that every size shows the same.
 */
final class Scenery {
    private enum Motif {
        DUNES("desert", "dune", "sand", "camel"),
        SEA("sea", "ocean", "lighthouse", "beach", "ship", "island", "wave", "lake"),
        MOUNTAINS("mountain", "snow", "alps", "peak", "winter", "valley"),
        CITY("city", "skyline", "street", "tokyo", "town", "tower", "building"),
        FOREST("forest", "tree", "fog", "wood", "jungle", "fox", "deer"),
        MEADOW("field", "flower", "poppies", "meadow", "garden", "spring"),
        NIGHT("night", "aurora", "northern", "star", "galaxy", "moon", "space"),
        POSTER("poster", "bauhaus", "abstract", "logo", "circle", "icon", "geometric");

        @SuppressWarnings("ImmutableEnumChecker") // List.of makes none that can change
        private final List<String> words;

        Motif(String... words) {
            this.words = List.of(words);
        }

        /** The motif whose word comes first in the prompt; a random one if there is none. */
        static Motif of(String prompt, Random chance) {
            String text = prompt.toLowerCase(Locale.ROOT);
            Motif chosen = values()[chance.nextInt(values().length)];
            int first = Integer.MAX_VALUE;
            for (Motif motif : values()) {
                for (String word : motif.words) {
                    int at = text.indexOf(word);
                    if (at >= 0 && at < first) {
                        first = at;
                        chosen = motif;
                    }
                }
            }
            return chosen;
        }
    }

    /** Of a sky from top to horizon, the light in it, and the land from far to near. */
    private record Palette(int zenith, int sky, int horizon, int light, int far, int near) {}

    private static final List<Palette> DAY = List.of(
            new Palette(0x24466e, 0x6f9bbd, 0xf3d9b8, 0xfff3d6, 0xb9a3a0, 0x3b2f3f),
            new Palette(0x2f2a55, 0x9a5a7d, 0xf6a96c, 0xffe2a8, 0xa85f6a, 0x2a1c33),
            new Palette(0x0f3b4c, 0x4d94a0, 0xe9e3c4, 0xfffbe6, 0x7fa79e, 0x143436),
            new Palette(0x5a3358, 0xc9707a, 0xffd0a1, 0xfff0c9, 0xc07f73, 0x43243b),
            new Palette(0x3d5a80, 0x98c1d9, 0xf7ede2, 0xffffff, 0x9fb3c8, 0x293241));
    private static final List<Palette> DARK = List.of(
            new Palette(0x060b1f, 0x122347, 0x2e5266, 0xe8f3ff, 0x22384f, 0x050a14),
            new Palette(0x0b0820, 0x2a1a4a, 0x68406e, 0xffeedd, 0x35234f, 0x0a0714),
            new Palette(0x04131a, 0x0b3038, 0x2c6e63, 0xeafff7, 0x15413f, 0x020c0f));

    private final Graphics2D pen;
    private final Random chance;
    private final double width;
    private final double height;
    private final double unit;

    private Scenery(Graphics2D pen, Random chance, int width, int height) {
        this.pen = pen;
        this.chance = chance;
        this.width = width;
        this.height = height;
        this.unit = Math.min(width, height);
    }

    static void paint(Graphics2D pen, String prompt, int width, int height) {
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Random chance = new Random(prompt.hashCode() * 0x9E3779B97F4A7C15L);
        Motif motif = Motif.of(prompt, chance);
        new Scenery(pen, chance, width, height).paint(motif, prompt.toLowerCase(Locale.ROOT));
    }

    private void paint(Motif motif, String prompt) {
        boolean dark = motif == Motif.NIGHT || prompt.contains("night") || prompt.contains("moon");
        List<Palette> palettes = dark ? DARK : DAY;
        Palette palette = palettes.get(chance.nextInt(palettes.size()));
        switch (motif) {
            case DUNES -> dunes(palette, dark);
            case SEA -> sea(palette, dark, prompt.contains("lighthouse"));
            case MOUNTAINS -> mountains(palette, dark);
            case CITY -> city(DARK.get(chance.nextInt(DARK.size())));
            case FOREST -> forest(palette);
            case MEADOW -> meadow(palette);
            case NIGHT -> night(palette);
            case POSTER -> poster();
        }
    }

    private void dunes(Palette palette, boolean dark) {
        sky(palette, 0.62);
        light(palette, dark, 0.3 + chance.nextDouble(0.4), 0.24, 0.09);
        for (int i = 0; i < 5; i++) {
            double depth = i / 4.0;
            DoubleUnaryOperator line = ridge(0.52 + 0.1 * i, 0.05 + 0.03 * i, 0.7 + chance.nextDouble(0.9), 2);
            Color lit = mix(palette.horizon(), palette.near(), 0.15 + 0.62 * depth);
            Color shaded = mix(palette.far(), palette.near(), 0.3 + 0.7 * depth);
            below(line, lit, shaded);
        }
    }

    private void sea(Palette palette, boolean dark, boolean lighthouse) {
        double horizon = 0.58;
        sky(palette, horizon);
        double sun = 0.3 + chance.nextDouble(0.4);
        light(palette, dark, sun, horizon - 0.14, 0.1);
        vertical(horizon, 1, mix(palette.horizon(), palette.far(), 0.55), mix(palette.zenith(), palette.near(), 0.6));
        // The light's road on the water, broader towards the eye.
        for (int i = 0; i < 46; i++) {
            double depth = Math.pow(i / 46.0, 1.4);
            double y = height * (horizon + 0.008 + depth * (0.99 - horizon));
            double half = unit * (0.03 + 0.2 * depth) * (0.4 + chance.nextDouble());
            double x = width * sun + unit * 0.1 * depth * (chance.nextDouble() - 0.5);
            pen.setColor(alpha(palette.light(), (int) (120 * (1 - 0.7 * depth))));
            double thick = Math.max(1, unit * (0.002 + 0.006 * depth));
            pen.fill(new Ellipse2D.Double(x - half, y, 2 * half, thick));
        }
        DoubleUnaryOperator cape = x -> {
            double far = Math.max(0, (x / width - 0.62) / 0.38);
            return height * (horizon - 0.17 * Math.pow(far, 0.6) - 0.015 * Math.sin(far * 17))
                    + (far == 0 ? height : 0);
        };
        below(cape, mix(palette.far(), palette.near(), 0.75), new Color(palette.near()), horizon + 0.03);
        if (lighthouse) {
            lighthouse(palette, 0.84, horizon - 0.13);
        }
    }

    private void lighthouse(Palette palette, double at, double foot) {
        double x = width * at;
        double bottom = height * foot;
        double top = bottom - unit * 0.26;
        pen.setPaint(new RadialGradientPaint(
                (float) x, (float) top, (float) (unit * 0.4), new float[] {0, 1}, new Color[] {
                    alpha(palette.light(), 150), alpha(palette.light(), 0)
                }));
        Path2D beam = polygon(x, top, x - unit * 0.9, top - unit * 0.1, x - unit * 0.9, top + unit * 0.06);
        pen.fill(beam);
        pen.setColor(new Color(0xf4efe6));
        pen.fill(polygon(
                x - unit * 0.03,
                bottom + unit * 0.02,
                x - unit * 0.018,
                top,
                x + unit * 0.018,
                top,
                x + unit * 0.03,
                bottom + unit * 0.02));
        pen.setColor(new Color(0xb5402f));
        for (int i = 0; i < 2; i++) {
            double y = top + unit * (0.06 + 0.1 * i);
            pen.fill(new Rectangle2D.Double(x - unit * 0.0245, y, unit * 0.049, unit * 0.045));
        }
        pen.setColor(new Color(palette.near()));
        pen.fill(new Rectangle2D.Double(x - unit * 0.02, top - unit * 0.03, unit * 0.04, unit * 0.03));
        pen.fill(new Arc2D.Double(x - unit * 0.022, top - unit * 0.055, unit * 0.044, unit * 0.05, 0, 180, Arc2D.PIE));
        pen.setColor(new Color(palette.light()));
        pen.fill(new Rectangle2D.Double(x - unit * 0.012, top - unit * 0.024, unit * 0.024, unit * 0.02));
    }

    private void mountains(Palette palette, boolean dark) {
        sky(palette, 0.7);
        light(palette, dark, 0.2 + chance.nextDouble(0.6), 0.26, 0.07);
        for (int i = 0; i < 4; i++) {
            double depth = i / 3.0;
            DoubleUnaryOperator line = jagged(0.46 + 0.14 * i, 0.3 - 0.045 * i);
            Color stone = mix(palette.far(), palette.near(), 0.15 + 0.85 * depth);
            below(line, mix(palette.horizon(), stone.getRGB(), 0.55 + 0.45 * depth), stone);
            if (i < 2) {
                snow(line, 0.52 + 0.1 * i, mix(palette.light(), palette.sky(), 0.15 + 0.15 * depth));
            }
        }
    }

    /** The part of a mountain above a wavering height. */
    private void snow(DoubleUnaryOperator line, double from, Color colour) {
        DoubleUnaryOperator edge = ridge(from - 0.12, 0.03, 9, 3);
        Path2D caps = new Path2D.Double();
        double step = Math.max(1, width / 700);
        for (double x = 0; x <= width; x += step) {
            double top = line.applyAsDouble(x);
            double bottom =
                    Math.max(top, edge.applyAsDouble(x) - (edge.applyAsDouble(x * 7 % width) - height * (from - 0.12)));
            caps.append(new Rectangle2D.Double(x, top, step + 0.5, bottom - top), false);
        }
        pen.setColor(colour);
        pen.fill(caps);
    }

    private void city(Palette palette) {
        sky(palette, 0.9);
        stars(palette, 0.4, 70);
        light(palette, true, 0.15 + chance.nextDouble(0.7), 0.2, 0.06);
        for (int row = 0; row < 3; row++) {
            double depth = row / 2.0;
            Color wall = mix(mix(palette.horizon(), palette.far(), 0.5).getRGB(), palette.near(), 0.2 + 0.75 * depth);
            double x = -unit * 0.05;
            while (x < width) {
                double wide = unit * (0.06 + chance.nextDouble(0.09)) * (0.8 + 0.4 * depth);
                double tall = height * (0.2 + chance.nextDouble(0.34) + 0.1 * (1 - depth));
                house(x, wide, tall, wall, palette, depth);
                x += wide * (1.02 + chance.nextDouble(0.12));
            }
        }
    }

    private void house(double x, double wide, double tall, Color wall, Palette palette, double depth) {
        pen.setColor(wall);
        pen.fill(new Rectangle2D.Double(x, height - tall, wide, tall));
        if (chance.nextInt(4) == 0) {
            pen.fill(new Rectangle2D.Double(x + wide * 0.48, height - tall - unit * 0.07, wide * 0.04, unit * 0.07));
        }
        double cell = unit * (0.012 + 0.008 * depth);
        int[] lamps = {0xffd27a, 0xffb45c, 0xfff0c2, palette.light()};
        for (double wx = x + cell; wx < x + wide - cell * 1.4; wx += cell * 1.7) {
            for (double wy = height - tall + cell; wy < height - cell; wy += cell * 2.1) {
                if (chance.nextInt(10) < 3) {
                    pen.setColor(alpha(lamps[chance.nextInt(lamps.length)], (int) (90 + 150 * depth)));
                    pen.fill(new Rectangle2D.Double(wx, wy, cell * 0.8, cell * 1.1));
                }
            }
        }
    }

    private void forest(Palette palette) {
        vertical(0, 1, mix(palette.horizon(), palette.light(), 0.5), mix(palette.sky(), palette.horizon(), 0.5));
        light(palette, false, 0.3 + chance.nextDouble(0.4), 0.3, 0.08);
        for (int row = 0; row < 5; row++) {
            double depth = row / 4.0;
            DoubleUnaryOperator ground = ridge(0.56 + 0.1 * row, 0.035, 0.8 + chance.nextDouble(), 2);
            Color green = mix(
                    mix(palette.horizon(), palette.sky(), 0.6).getRGB(),
                    mix(palette.near(), 0x10291f, 0.6).getRGB(),
                    0.15 + 0.85 * depth);
            pen.setColor(green);
            double gap = unit * (0.022 + 0.03 * depth);
            for (double x = -gap; x < width + gap; x += gap * (0.5 + chance.nextDouble())) {
                fir(
                        x,
                        ground.applyAsDouble(x) + unit * 0.01,
                        unit * (0.1 + 0.17 * depth) * (0.6 + chance.nextDouble(0.7)));
            }
            below(ground, green, mix(green.getRGB(), palette.horizon(), 0.3 * (1 - depth)));
        }
    }

    private void fir(double x, double foot, double tall) {
        for (int i = 0; i < 4; i++) {
            double top = foot - tall * (1 - 0.2 * i);
            double half = tall * (0.07 + 0.055 * i);
            pen.fill(polygon(x, top, x + half, top + tall * 0.34, x - half, top + tall * 0.34));
        }
    }

    private void meadow(Palette palette) {
        sky(palette, 0.5);
        light(palette, false, 0.2 + chance.nextDouble(0.6), 0.2, 0.08);
        below(ridge(0.46, 0.06, 1.3, 2), mix(palette.far(), 0x5f7f5a, 0.5), mix(palette.far(), 0x5f7f5a, 0.5));
        below(ridge(0.52, 0.03, 0.8, 2), mix(0x93a368, palette.horizon(), 0.25), mix(0x24402c, palette.near(), 0.2));
        int[][] kinds = {{0xd9432f, 0xa92a22}, {0xf2b33d, 0xd98b1e}, {0x8e6bc1, 0x6a4a9c}, {0xe87aa0, 0xc2557c}};
        int[] petals = kinds[chance.nextInt(kinds.length)];
        for (int i = 0; i < 900; i++) {
            double depth = Math.pow(i / 900.0, 1.6);
            double x = width * chance.nextDouble();
            double y = height * (0.55 + 0.45 * depth) + unit * 0.02 * chance.nextDouble();
            double size = unit * (0.004 + 0.032 * depth);
            pen.setColor(alpha(0x1d3323, 150));
            pen.setStroke(new BasicStroke((float) Math.max(0.6, size * 0.1)));
            pen.draw(new Line2D.Double(x, y, x + size * 0.3, y + size * 2.2));
            pen.setColor(mix(petals[0], petals[1], chance.nextDouble()));
            pen.fill(new Ellipse2D.Double(x - size * 0.6, y - size * 0.4, size * 1.2, size * 0.8));
            pen.fill(new Ellipse2D.Double(x - size * 0.35, y - size * 0.62, size * 0.9, size * 0.8));
        }
    }

    private void night(Palette palette) {
        sky(palette, 0.8);
        stars(palette, 0.75, 260);
        for (int ray = 0; ray < 3; ray++) {
            int[] hues = {0x54f2b0, 0x38d9c5, 0x9a7bff};
            DoubleUnaryOperator curtain = ridge(0.36 + 0.07 * ray, 0.13, 0.9 + chance.nextDouble(0.8), 2);
            double step = Math.max(1, width / 500);
            for (double x = 0; x < width; x += step) {
                double foot = curtain.applyAsDouble(x);
                double tall = height * (0.16 + 0.1 * Math.sin(x / width * 23 + ray) + 0.05 * Math.sin(x / width * 71));
                pen.setPaint(new LinearGradientPaint(
                        0, (float) (foot - tall), 0, (float) foot + 1, new float[] {0, 0.85f, 1}, new Color[] {
                            alpha(hues[ray], 0), alpha(hues[ray], 95), alpha(hues[ray], 0)
                        }));
                pen.fill(new Rectangle2D.Double(x, foot - tall, step + 0.5, tall));
            }
        }
        below(jagged(0.72, 0.16), mix(palette.far(), palette.near(), 0.5), new Color(palette.near()));
        below(jagged(0.85, 0.1), new Color(palette.near()), new Color(palette.near()));
    }

    private void poster() {
        int[][] kits = {
            {0xf2e8d5, 0x1d1d1b, 0xd1412f, 0xf0b429, 0x2b5d8c},
            {0xf5efe6, 0x22223b, 0xe07a5f, 0x81b29a, 0xf2cc8f},
            {0xefe9e1, 0x14213d, 0xfca311, 0x8d99ae, 0xc1121f}
        };
        int[] kit = kits[chance.nextInt(kits.length)];
        vertical(0, 1, new Color(kit[0]), new Color(kit[0]));
        double cell = unit / 3;
        int columns = (int) Math.ceil(width / cell);
        int rows = (int) Math.ceil(height / cell);
        double left = (width - columns * cell) / 2;
        double top = (height - rows * cell) / 2;
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                double x = left + column * cell;
                double y = top + row * cell;
                pen.setColor(new Color(kit[1 + chance.nextInt(4)]));
                switch (chance.nextInt(6)) {
                    case 0 ->
                        pen.fill(new Ellipse2D.Double(x + cell * 0.08, y + cell * 0.08, cell * 0.84, cell * 0.84));
                    case 1 ->
                        pen.fill(new Arc2D.Double(
                                x - cell * chance.nextInt(2),
                                y - cell * chance.nextInt(2),
                                cell * 2,
                                cell * 2,
                                0,
                                360,
                                Arc2D.PIE));
                    case 2 -> pen.fill(polygon(x, y + cell, x + cell, y, x + cell, y + cell));
                    case 3 -> {
                        for (int i = 0; i < 4; i++) {
                            pen.fill(new Rectangle2D.Double(x, y + cell * i / 4, cell, cell / 8));
                        }
                    }
                    case 4 -> {
                        pen.fill(new Rectangle2D.Double(x, y, cell, cell));
                        pen.setColor(new Color(kit[1 + chance.nextInt(4)]));
                        pen.fill(new Ellipse2D.Double(x + cell * 0.3, y + cell * 0.3, cell * 0.4, cell * 0.4));
                    }
                    default -> pen.fill(new Arc2D.Double(x, y, cell, cell, 90.0 * chance.nextInt(4), 180, Arc2D.PIE));
                }
            }
        }
    }

    private void sky(Palette palette, double horizon) {
        pen.setPaint(
                new LinearGradientPaint(0, 0, 0, (float) (height * horizon), new float[] {0, 0.55f, 1}, new Color[] {
                    new Color(palette.zenith()), new Color(palette.sky()), new Color(palette.horizon())
                }));
        pen.fill(new Rectangle2D.Double(0, 0, width, height));
    }

    /** A sun with its glow, or a moon. */
    private void light(Palette palette, boolean moon, double atX, double atY, double size) {
        double x = width * atX;
        double y = height * atY;
        double radius = unit * size * (moon ? 0.6 : 1);
        pen.setPaint(new RadialGradientPaint(
                (float) x, (float) y, (float) (radius * 5), new float[] {0, 0.25f, 1}, new Color[] {
                    alpha(palette.light(), 170), alpha(palette.light(), 60), alpha(palette.light(), 0)
                }));
        pen.fill(new Ellipse2D.Double(x - radius * 5, y - radius * 5, radius * 10, radius * 10));
        pen.setColor(new Color(palette.light()));
        pen.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    private void stars(Palette palette, double downTo, int count) {
        for (int i = 0; i < count; i++) {
            double size = unit * (0.0012 + 0.0026 * Math.pow(chance.nextDouble(), 4));
            pen.setColor(alpha(palette.light(), 70 + chance.nextInt(180)));
            pen.fill(new Ellipse2D.Double(
                    width * chance.nextDouble(), height * downTo * chance.nextDouble(), size * 2, size * 2));
        }
    }

    /** A soft line: a few waves on each other. */
    private DoubleUnaryOperator ridge(double level, double swing, double waves, int octaves) {
        double[] phases = chance.doubles(octaves, 0, 2 * Math.PI).toArray();
        return x -> {
            double y = 0;
            for (int i = 0; i < octaves; i++) {
                y += Math.sin(x / width * 2 * Math.PI * waves * Math.pow(2.1, i) + phases[i]) / Math.pow(2.2, i);
            }
            return height * level + unit * swing * y;
        };
    }

    /** A broken line: midpoints moved at random, half as far each time. */
    private DoubleUnaryOperator jagged(double level, double swing) {
        int points = 257;
        double[] heights = new double[points];
        for (int gap = points - 1; gap > 1; gap /= 2) {
            for (int i = gap / 2; i < points; i += gap) {
                double shift = (chance.nextDouble() - (gap > 32 ? 0.62 : 0.5)) * swing * 1.7 * gap / (points - 1) * 2;
                heights[i] = (heights[i - gap / 2] + heights[Math.min(points - 1, i + gap / 2)]) / 2
                        + Math.clamp(shift, -swing, swing);
            }
        }
        return x -> {
            double at = Math.clamp(x / width, 0, 1) * (points - 2);
            int i = (int) at;
            return height * level + unit * (heights[i] * (1 - at + i) + heights[i + 1] * (at - i));
        };
    }

    private void below(DoubleUnaryOperator line, Color top, Color bottom) {
        below(line, top, bottom, 1);
    }

    /** Fills what is under a line, down to a fraction of the height. */
    private void below(DoubleUnaryOperator line, Color top, Color bottom, double downTo) {
        Path2D land = new Path2D.Double();
        double low = height * downTo;
        double high = low;
        land.moveTo(0, low);
        double step = Math.max(1, width / 800);
        for (double x = 0; x <= width + step; x += step) {
            double y = Math.min(low, line.applyAsDouble(x));
            high = Math.min(high, y);
            land.lineTo(x, y);
        }
        land.lineTo(width + step, low);
        land.closePath();
        pen.setPaint(new LinearGradientPaint(
                0, (float) high, 0, (float) Math.max(high + 1, low), new float[] {0, 1}, new Color[] {top, bottom}));
        pen.fill(land);
    }

    private void vertical(double from, double to, Color top, Color bottom) {
        pen.setPaint(new LinearGradientPaint(
                0, (float) (height * from), 0, (float) (height * to), new float[] {0, 1}, new Color[] {top, bottom}));
        pen.fill(new Rectangle2D.Double(0, height * from, width, height * (to - from)));
    }

    private static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }

    private static Color alpha(int rgb, int alpha) {
        return new Color(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff, Math.clamp(alpha, 0, 255));
    }

    private static Color mix(int one, int other, double share) {
        double part = Math.clamp(share, 0, 1);
        return new Color(
                (int) ((one >> 16 & 0xff) * (1 - part) + (other >> 16 & 0xff) * part),
                (int) ((one >> 8 & 0xff) * (1 - part) + (other >> 8 & 0xff) * part),
                (int) ((one & 0xff) * (1 - part) + (other & 0xff) * part));
    }
}
