package dev.darkroom.local.apidot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Draws prompts, and keeps the latest pictures. The same prompt gives the same picture. Thread-safe. */
final class Pictures {
    static {
        // Otherwise a Mac shows this program in its dock.
        System.setProperty("java.awt.headless", "true");
    }

    private static final long MAX_CACHED_BYTES = 64L * 1024 * 1024;
    private static final int MAX_TEXT = 300;

    /**
     * Two at a time, because an image of 4K takes some 33 MB while it is drawn. Platform threads, because a long computation on a
     * virtual thread would hold up the calls for which somebody waits.
     */
    private static final ExecutorService PAINTERS = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("painter-", 1).factory());

    private final Map<Spec, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedBytes;

    private final boolean scenery;

    /** With scenery, or each in one colour. */
    Pictures(boolean scenery) {
        this.scenery = scenery;
    }

    /**
     * What to draw.
     *
     * @param text written on it; another text gives another landscape
     * @param sources the pictures it is an edit of, small; empty ones could not be had
     * @param width in pixels
     */
    record Spec(String text, List<Optional<BufferedImage>> sources, int width, int height, PictureFormat format) {
        static Spec of(SimulatedTask task, int index, List<Optional<BufferedImage>> sources, PictureFormat format) {
            JobRequest job = task.job();
            String prompt = job.prompt().length() > MAX_TEXT ? job.prompt().substring(0, MAX_TEXT) : job.prompt();
            String text = index == 0 ? prompt : prompt + " #" + (index + 1);
            return new Spec(text, sources, job.width(), job.height(), format);
        }

        /** Of one colour of 64, by its text. */
        private Spec plain() {
            return new Spec(Integer.toString(Math.floorMod(text.hashCode(), 64)), sources, width, height, format);
        }
    }

    /** The picture as a whole file. */
    byte[] of(Spec wanted) {
        Spec spec = scenery ? wanted : wanted.plain();
        synchronized (cache) {
            byte[] cached = cache.get(spec);
            if (cached != null) {
                return cached;
            }
        }
        byte[] picture = CompletableFuture.supplyAsync(() -> encode(draw(spec), spec.format()), PAINTERS)
                .join();
        synchronized (cache) {
            if (cache.put(spec, picture) == null) {
                cachedBytes += picture.length;
            }
            var eldest = cache.entrySet().iterator();
            while (cachedBytes > MAX_CACHED_BYTES && eldest.hasNext()) {
                cachedBytes -= eldest.next().getValue().length;
                eldest.remove();
            }
        }
        return picture;
    }

    private BufferedImage draw(Spec spec) {
        BufferedImage image = new BufferedImage(spec.width(), spec.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        try {
            if (scenery) {
                Scenery.paint(pen, spec.text(), spec.width(), spec.height());
            } else {
                pen.setColor(Color.getHSBColor(Integer.parseInt(spec.text()) / 64f, 0.6f, 0.8f));
                pen.fillRect(0, 0, spec.width(), spec.height());
            }
            place(pen, spec);
            if (scenery) {
                write(pen, spec);
            }
        } finally {
            pen.dispose();
        }
        return image;
    }

    /** The sources side by side in the lower half, so that a person sees that theirs arrived. */
    private static void place(Graphics2D pen, Spec spec) {
        int count = spec.sources().size();
        int columns = Math.min(count, count <= 4 ? 2 : 4);
        int rows = columns == 0 ? 0 : (count + columns - 1) / columns;
        for (int i = 0; i < count; i++) {
            int width = spec.width() / columns;
            int height = spec.height() / 2 / rows;
            int left = i % columns * width;
            int top = spec.height() / 2 + i / columns * height;
            place(pen, spec.sources().get(i).orElse(null), new Rectangle(left, top, width, height));
        }
    }

    private static void place(Graphics2D pen, @Nullable BufferedImage picture, Rectangle cell) {
        if (picture == null) {
            pen.setColor(Color.GRAY);
            pen.drawRect(cell.x + 4, cell.y + 4, cell.width - 8, cell.height - 8);
            pen.drawLine(cell.x + 4, cell.y + 4, cell.x + cell.width - 4, cell.y + cell.height - 4);
            return;
        }
        double scale =
                0.9 * Math.min((double) cell.width / picture.getWidth(), (double) cell.height / picture.getHeight());
        int width = Math.max(1, (int) (picture.getWidth() * scale));
        int height = Math.max(1, (int) (picture.getHeight() * scale));
        int left = cell.x + (cell.width - width) / 2;
        int top = cell.y + (cell.height - height) / 2;
        pen.drawImage(picture, left, top, width, height, null);
    }

    /** The prompt, small at the foot. */
    private static void write(Graphics2D pen, Spec spec) {
        try {
            pen.setColor(new Color(255, 255, 255, 190));
            pen.setFont(new Font(
                    Font.SANS_SERIF, Font.PLAIN, Math.max(11, Math.min(spec.width(), spec.height()) / 50)));
            FontMetrics metrics = pen.getFontMetrics();
            int margin = spec.width() / 40;
            String line = spec.text().replaceAll("\\s+", " ");
            while (!line.isEmpty() && metrics.stringWidth(line) > spec.width() - 2 * margin) {
                line = line.substring(0, line.offsetByCodePoints(line.length(), -1));
            }
            pen.drawString(line, margin, spec.height() - margin);
        } catch (InternalError | RuntimeException e) {
            // A machine without any font cannot write; its picture has no words.
        }
    }

    private static byte[] encode(BufferedImage image, PictureFormat format) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        // Image I/O's own stream would be a file.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            if (!ImageIO.write(image, format.extension(), out)) {
                throw new IllegalStateException("nothing here writes " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return file.toByteArray();
    }
}
