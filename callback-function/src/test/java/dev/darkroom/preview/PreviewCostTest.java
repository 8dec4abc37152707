package dev.darkroom.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.ImageProbe;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.task.ImageType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Prints the cost of a preview: the processor time of a fresh JVM with the heap given here, and its peak memory. Without {@code
 * -Ddarkroom.cost=full} only the first row runs, as a test that this heap is enough.
 */
class PreviewCostTest {
    @ParameterizedTest
    @CsvSource({
        "PNG,  1024, 1024, 64",
        "PNG,  3840, 2160, 96",
        "PNG,  8000, 8000, 128",
        "JPEG, 8000, 8000, 96",
        "WEBP, 1024, 1024, 128",
        "WEBP, 3840, 2160, 384",
        "WEBP, 4000, 4000, 640",
    })
    void so_much_memory_is_enough(ImageType type, int width, int height, int heapMb, @TempDir Path folder)
            throws Exception {
        if (width > 1024 && !"full".equals(System.getProperty("darkroom.cost"))) {
            return;
        }
        Path file = Files.write(folder.resolve("image"), Samples.encoded(picture(width, height), type, "Lossy"));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx" + heapMb + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PreviewCostTest.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        System.out.printf("%s %d x %d, heap %d MB: %s%n", type, width, height, heapMb, said.strip());
    }

    /** A gradient with noise, which compresses as badly as a photo. */
    private static BufferedImage picture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int noise = random.nextInt(32);
                image.setRGB(x, y, (x * 200 / width + noise) << 16 | (y * 200 / height + noise) << 8 | noise * 4);
            }
        }
        return image;
    }

    /** Makes one preview in a JVM of its own. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        ImageProbe probe = new ImageProbe();
        byte[] bytes = Files.readAllBytes(file);
        probe.write(bytes, 0, bytes.length);
        Preview preview = Drawing.preview(file, (Look.Whole) probe.look());
        if (!(preview instanceof Preview.Drawn(byte[] jpeg))) {
            throw new IllegalStateException(preview.toString());
        }
        Duration busy = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        List<String> peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\s+", " "))
                .toList();
        System.out.println(jpeg.length + " bytes, processor " + busy.toMillis() + " ms with the JVM's start, " + peak);
    }
}
