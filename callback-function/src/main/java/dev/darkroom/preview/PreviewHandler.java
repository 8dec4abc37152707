package dev.darkroom.preview;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.CreatedObject;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImageProbe;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.snapshot.WarmCiphers;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Stores a preview of each new image that the bucket reports. A repeated event writes the same preview again. No task depends on
 * previews, so Lambda repeats a failed call once and then drops it.
 */
public final class PreviewHandler implements RequestStreamHandler {
    /** The limit for reading the image, and for writing its preview. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The event names the bucket. In the template, it could not: the bucket names this function. */
    private final Function<String, ImagesBucket> buckets;

    private final Log log;

    private final @Nullable Path place;

    /** On Lambda. */
    public PreviewHandler() {
        // A call that Lambda ends leaves its file, and /tmp outlives it. The next image takes its place.
        Path place = Path.of(System.getProperty("java.io.tmpdir"), "preview.part");
        this(buckets(Environment.ofProcess()), Log.toStandardOutput(), place);
        Rehearsal.beforeSnapshot(PreviewHandler::of, PreviewRehearsal::scenes, WarmCiphers::last);
    }

    /** @param place where each call puts its image, if calls come one at a time; null: a new file for each call */
    public PreviewHandler(Function<String, ImagesBucket> buckets, Log log, @Nullable Path place) {
        this.buckets = buckets;
        this.log = log;
        this.place = place;
    }

    public static PreviewHandler of(Environment environment, Log log) {
        return new PreviewHandler(buckets(environment), log, null);
    }

    private static Function<String, ImagesBucket> buckets(Environment environment) {
        return ImagesBucket.byName(
                environment, DefaultCredentialsProvider.builder().build());
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        List<Json> previews = new ArrayList<>();
        for (CreatedObject image : CreatedObject.read(in)) {
            previews.add(Json.of(preview(buckets.apply(image.bucket()), image.key()) ? "stored" : "none"));
        }
        out.write(Json.object()
                .put("previews", Json.array(previews))
                .build()
                .text()
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the image has one now. */
    private boolean preview(ImagesBucket bucket, String key) throws IOException {
        Path file = place == null ? Files.createTempFile("preview-", ".part") : place;
        try {
            Optional<Look> look = bucket.read(key, null, LIMIT, (_, body) -> taken(body, file));
            if (look.isEmpty()) {
                of(key, log.info("image_gone")).write();
                return false;
            }
            Preview preview = look.get() instanceof Look.Whole whole
                    ? Drawing.preview(file, whole)
                    : new Preview.None(Preview.Reason.UNDECODABLE);
            return switch (preview) {
                case Preview.Drawn(byte[] jpeg) -> {
                    bucket.putPreview(StoredImage.previewKey(key), jpeg, LIMIT);
                    of(key, log.info("preview_stored"))
                            .with("bytes", jpeg.length)
                            .write();
                    yield true;
                }
                case Preview.None(Preview.Reason reason) -> {
                    of(key, log.warn("preview_left_out")).with("reason", reason).write();
                    yield false;
                }
            };
        } catch (SdkException e) {
            of(key, log.warn("preview_not_stored")).cause(e).write();
            // Without its cause, whose message may name the user.
            throw new IOException("the bucket did not answer or refused");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Adds the task's id, the third part of an image's key. */
    private static Log.Event of(String key, Log.Event event) {
        String[] parts = key.split("/", -1);
        return parts.length < 3
                ? event
                : TaskId.parse(parts[2]).map(event::task).orElse(event);
    }

    private static Look taken(InputStream body, Path file) throws IOException {
        Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
        ImageProbe probe = new ImageProbe();
        Files.copy(file, probe);
        return probe.look();
    }
}
