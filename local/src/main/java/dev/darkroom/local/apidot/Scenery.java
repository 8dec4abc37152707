package dev.darkroom.local.apidot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Random;

/** Paints a landscape by chance. The same prompt gives the same picture, and another prompt another one. */
final class Scenery {
    private static final int HILLS = 5;

    /** Colours of a sky from top to horizon, of the light in it, and of the land from far to near. */
    private record Palette(int zenith, int sky, int horizon, int light, int far, int near) {}

    private static final List<Palette> PALETTES = List.of(
            new Palette(0x24466e, 0x6f9bbd, 0xf3d9b8, 0xfff3d6, 0xb9a3a0, 0x3b2f3f),
            new Palette(0x2f2a55, 0x9a5a7d, 0xf6a96c, 0xffe2a8, 0xa85f6a, 0x2a1c33),
            new Palette(0x0f3b4c, 0x4d94a0, 0xe9e3c4, 0xfffbe6, 0x7fa79e, 0x143436),
            new Palette(0x5a3358, 0xc9707a, 0xffd0a1, 0xfff0c9, 0xc07f73, 0x43243b),
            new Palette(0x3d5a80, 0x98c1d9, 0xf7ede2, 0xffffff, 0x9fb3c8, 0x293241),
            new Palette(0x060b1f, 0x122347, 0x2e5266, 0xe8f3ff, 0x22384f, 0x050a14),
            new Palette(0x04131a, 0x0b3038, 0x2c6e63, 0xeafff7, 0x15413f, 0x020c0f));

    private Scenery() {}

    static void paint(Graphics2D pen, String prompt, int width, int height) {
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Random chance = new Random(prompt.hashCode() * 0x9E3779B97F4A7C15L);
        Palette palette = PALETTES.get(chance.nextInt(PALETTES.size()));
        sky(pen, palette, width, height);
        double radius = Math.min(width, height) * (0.05 + chance.nextDouble(0.06));
        light(pen, palette, width * (0.2 + chance.nextDouble(0.6)), height * (0.15 + chance.nextDouble(0.2)), radius);
        for (int hill = 0; hill < HILLS; hill++) {
            double depth = hill / (HILLS - 1.0);
            pen.setPaint(new LinearGradientPaint(0, height * 0.4f, 0, height, new float[] {0, 1}, new Color[] {
                mix(palette.horizon(), palette.near(), 0.15 + 0.62 * depth),
                mix(palette.far(), palette.near(), 0.3 + 0.7 * depth)
            }));
            pen.fill(hill(chance, depth, width, height));
        }
    }

    private static void sky(Graphics2D pen, Palette palette, int width, int height) {
        pen.setPaint(new LinearGradientPaint(0, 0, 0, height * 0.62f, new float[] {0, 0.55f, 1}, new Color[] {
            new Color(palette.zenith()), new Color(palette.sky()), new Color(palette.horizon())
        }));
        pen.fill(new Rectangle2D.Double(0, 0, width, height));
    }

    /** A sun or a moon, with its glow. */
    private static void light(Graphics2D pen, Palette palette, double x, double y, double radius) {
        double glow = 5 * radius;
        pen.setPaint(new RadialGradientPaint(
                (float) x, (float) y, (float) glow, new float[] {0, 0.25f, 1}, new Color[] {
                    alpha(palette.light(), 170), alpha(palette.light(), 60), alpha(palette.light(), 0)
                }));
        pen.fill(new Ellipse2D.Double(x - glow, y - glow, 2 * glow, 2 * glow));
        pen.setColor(new Color(palette.light()));
        pen.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    /** The land under a wavy line. A near hill is lower and rougher than a far one. */
    private static Path2D hill(Random chance, double depth, int width, int height) {
        double swing = Math.min(width, height) * (0.05 + 0.12 * depth);
        double waves = 0.7 + chance.nextDouble(1.6);
        double phase = chance.nextDouble(2 * Math.PI);
        double other = chance.nextDouble(2 * Math.PI);
        Path2D land = new Path2D.Double();
        land.moveTo(0, height);
        double step = Math.max(1, width / 800.0);
        for (double x = 0; x <= width + step; x += step) {
            double angle = x / width * 2 * Math.PI * waves;
            double y = height * (0.52 + 0.4 * depth)
                    + swing * (Math.sin(angle + phase) + Math.sin(2.1 * angle + other) / 2.2);
            land.lineTo(x, Math.min(height, y));
        }
        land.lineTo(width + step, height);
        land.closePath();
        return land;
    }

    private static Color alpha(int rgb, int alpha) {
        return new Color((rgb & 0xffffff) | (alpha << 24), true);
    }

    private static Color mix(int one, int other, double share) {
        Color from = new Color(one);
        Color to = new Color(other);
        return new Color(
                between(from.getRed(), to.getRed(), share),
                between(from.getGreen(), to.getGreen(), share),
                between(from.getBlue(), to.getBlue(), share));
    }

    private static int between(int from, int to, double share) {
        return (int) (from + (to - from) * share);
    }
}
