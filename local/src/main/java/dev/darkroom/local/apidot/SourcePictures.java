package dev.darkroom.local.apidot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The source pictures of edits. It fetches them when it accepts an edit, as the real APIDot does, and keeps them small.
 * Thread-safe.
 */
final class SourcePictures {
    /** The number of edits whose sources are kept. Older ones are drawn as if they could not be fetched. */
    private static final int MAX_KEPT = 100;

    private static final int MAX_BYTES = 10 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Of the longer edge, in pixels; at most twice of it is kept. */
    private static final int EDGE = 256;

    private final HttpClient http;
    private final ExecutorService executor;

    /** One of 4K takes some 33 MB while it is read. */
    private final Semaphore reading = new Semaphore(2);

    private final Map<String, List<Future<Optional<BufferedImage>>>> kept = new LinkedHashMap<>();

    SourcePictures(HttpClient http, ExecutorService executor) {
        this.http = http;
        this.executor = executor;
    }

    /** Begins to fetch. */
    void fetch(SimulatedTask task) {
        List<String> urls = task.job().sources();
        if (urls.isEmpty()) {
            return;
        }
        List<Future<Optional<BufferedImage>>> fetched =
                urls.stream().map(url -> executor.submit(() -> picture(url))).toList();
        synchronized (kept) {
            kept.put(task.id(), fetched);
            if (kept.size() > MAX_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }

    /** The sources of a task, in order; empty for one that could not be fetched or read. Waits for running fetches. */
    List<Optional<BufferedImage>> of(SimulatedTask task) {
        List<Future<Optional<BufferedImage>>> fetched;
        synchronized (kept) {
            fetched = kept.getOrDefault(task.id(), List.of());
        }
        return fetched.isEmpty()
                ? task.job().sources().stream()
                        .map(url -> Optional.<BufferedImage>empty())
                        .toList()
                : fetched.stream().map(SourcePictures::result).toList();
    }

    private static Optional<BufferedImage> result(Future<Optional<BufferedImage>> picture) {
        try {
            return picture.get();
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<BufferedImage> picture(String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            return answer.statusCode() == 200 ? small(body.readNBytes(MAX_BYTES)) : Optional.empty();
        }
    }

    private Optional<BufferedImage> small(byte[] file) throws IOException, InterruptedException {
        reading.acquire();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                int step = Math.max(1, Math.max(reader.getWidth(0), reader.getHeight(0)) / EDGE);
                ImageReadParam how = reader.getDefaultReadParam();
                how.setSourceSubsampling(step, step, 0, 0);
                return Optional.of(reader.read(0, how));
            } finally {
                reader.dispose();
            }
        } finally {
            reading.release();
        }
    }
}
