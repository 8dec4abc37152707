package dev.darkroom.preview;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.darkroom.config.Environment;
import dev.darkroom.snapshot.Scene;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** One scene: a new image, of the size that most have, gets its preview. */
final class PreviewRehearsal {
    private static final String KEY = "images/cmVoZWFyc2Fs/task-rehearsal-000000000000/0.png";
    private static final int EDGE = 1024;

    private PreviewRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        String name = environment.required("IMAGES_BUCKET");
        String event = """
            {"Records":[{"s3":{"bucket":{"name":"%s"},"object":{"key":"%s"}}}]}\
            """.formatted(name, KEY);
        String bucket = "/" + name + "/";
        return List.of(new Scene(event, Map.of())
                .answered("GET " + bucket + KEY, picture())
                .answered("PUT " + bucket + "previews/" + KEY + ".jpg", ""));
    }

    /** Its rows differ, so that each filter of PNG is used. */
    private static String picture() {
        BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < EDGE; y++) {
            for (int x = 0; x < EDGE; x++) {
                image.setRGB(x, y, (x * y) >> 10);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return png.toString(ISO_8859_1);
    }
}
