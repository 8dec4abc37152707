package dev.darkroom.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.TestImages;
import dev.darkroom.net.HostileUrls;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Results that point to forbidden addresses, or to files that are not images. */
@Order(1)
class HostileResultsTest {
    private static final Stores STORES = new Stores();

    @AutoClose
    private SettleBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new SettleBench(STORES);
    }

    @Test
    void hostile_url_is_never_fetched() {
        int statusReads = 0;
        List<String> urls = new ArrayList<>(HostileUrls.ALL);
        urls.addAll(HostileUrls.TO_BROWSERS);
        Map<TaskState, Integer> ends = new EnumMap<>(TaskState.class);
        for (String url : urls) {
            bench.finishedWith(url);
            TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
            int lookUps = bench.lookedUp().size();

            Task task = bench.look(id);

            statusReads++;
            ends.merge(task.state(), 1, Integer::sum);
            // A task fails only on URLs that can never work, and those are never looked up. All other tasks stay open:
            // an unreadable URL may be corrected by a person, and a browser would find a public URL in the rest.
            if (task.state() == TaskState.FAILED) {
                assertThat(bench.lookedUp()).as(url).hasSize(lookUps);
            } else {
                assertThat(task.state()).as(url).isEqualTo(TaskState.ACCEPTED);
            }
        }
        assertThat(ends.get(TaskState.FAILED)).isGreaterThan(urls.size() / 2);
        assertThat(bench.host.connections()).isEqualTo(statusReads);
        assertThat(bench.lookedUp()).allMatch("example.com"::equals);
        assertThat(STORES.keys()).isEmpty();
        System.out.println("hostile URLs: " + statusReads);
    }

    /** The check applies to the address that is connected to, at each look: the name may resolve to another address next time. */
    @Test
    void name_that_leads_to_this_machine_is_never_connected_to() throws Exception {
        for (String address : new String[] {
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "::",
            "10.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "fd00:ec2::254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "224.0.0.1",
            "240.0.0.1"
        }) {
            bench.name("cdn.example", InetAddress.ofLiteral(address));
            bench.finishedWith("https://cdn.example:" + bench.host.port() + "/x.png");
            int before = bench.host.connections();
            TaskId id = bench.tasks.accepted(bench.clock.instant()).id();

            assertThat(bench.look(id).state()).as(address).isEqualTo(TaskState.ACCEPTED);
            assertThat(bench.host.connections()).as(address).isEqualTo(before + 1);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static TestHost.Script image(byte[] bytes) {
        return SettleBench.answer(200, "image/png", bytes);
    }

    private static TestHost.Script unstated(byte[] bytes, String... headers) {
        return (request, out) -> {
            TestHost.head(out, 200, headers);
            out.write(bytes);
        };
    }

    private static byte[] changed(byte[] image, int at, int value) {
        byte[] other = image.clone();
        other[at] = (byte) value;
        return other;
    }

    private static Map<String, TestHost.Script> hostileFiles() throws IOException {
        byte[] png = TestImages.pngOfSize(20_000);
        byte[] jpeg = TestImages.jpeg(64, 64);
        byte[] webp = TestImages.webp();
        Map<String, TestHost.Script> files = new LinkedHashMap<>();
        files.put("html", image("<!doctype html><script>alert(1)</script>".getBytes(ISO_8859_1)));
        files.put("svg", image("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".getBytes(ISO_8859_1)));
        files.put("gif", image("GIF89a\1\0\1\0\0\0\0;".getBytes(ISO_8859_1)));
        files.put("program", image("\177ELF\2\1\1".getBytes(ISO_8859_1)));
        files.put("nothing", image(new byte[0]));
        files.put("one byte", image(new byte[] {(byte) 0x89}));
        files.put("signature only", image(Arrays.copyOf(png, 8)));
        files.put("png with a page inside", image(page(png)));
        files.put("png without its end", image(Arrays.copyOf(png, png.length - 12)));
        files.put("png short of one byte", image(Arrays.copyOf(png, png.length - 1)));
        files.put("png with an endless chunk", image(changed(png, 33, 0x7f)));
        files.put("png with a negative chunk", image(changed(png, 33, 0xff)));
        files.put("jpeg without its end", image(Arrays.copyOf(jpeg, jpeg.length - 2)));
        files.put("jpeg of its start only", image(Arrays.copyOf(jpeg, 4)));
        files.put("webp longer than it says", image(changed(webp, 4, 0x7f)));
        files.put("webp that is a sound", image(changed(webp, 8, 'A')));
        files.put("stated and cut", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: " + png.length);
            out.write(png, 0, png.length - 100);
        });
        files.put("unstated and cut", unstated(Arrays.copyOf(png, png.length - 100)));
        files.put("stated too small", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: 5000");
            out.write(png);
        });
        files.put("stated as 1 TB", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: 1099511627776");
            out.write(png);
        });
        files.put("stated as less than nothing", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: -1");
            out.write(png, 0, 1000);
        });
        files.put("endless", (request, out) -> {
            TestHost.head(out, 200);
            out.write(png, 0, 1000);
            while (true) {
                out.write(new byte[8192]);
            }
        });
        files.put(
                "bomb",
                unstated(
                        gzip(TestImages.withChunk(TestImages.png(1, 1), "teXt", new byte[50_000_000])),
                        "Content-Encoding: gzip"));
        files.put("gzip cut", unstated(Arrays.copyOf(gzip(png), 5000), "Content-Encoding: gzip"));
        files.put("an encoding nobody asked for", unstated(gzip(png), "Content-Encoding: br"));
        files.put("error that is an image", SettleBench.answer(500, "image/png", png));
        files.put("part of it", SettleBench.answer(206, "image/png", png));
        return files;
    }

    /** Returns the signature and header of this PNG, followed by a page of HTML. */
    private static byte[] page(byte[] png) {
        byte[] page = "<!doctype html><script>alert(1)</script>".repeat(100).getBytes(ISO_8859_1);
        byte[] both = Arrays.copyOf(png, 33 + page.length);
        System.arraycopy(page, 0, both, 33, page.length);
        return both;
    }

    @Test
    void hostile_file_never_finishes_a_task_and_never_appears_in_the_bucket() throws Exception {
        Map<String, TestHost.Script> files = hostileFiles();
        bench.finishedWith(bench.host.url("/media/x.png"));
        files.forEach((name, script) -> {
            bench.host.on("/media/x.png", script);
            TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
            for (int look = 0; look < 2 && bench.tasks.read(id).state().isOpen(); look++) {
                bench.look(id);
            }
            assertThat(bench.tasks.read(id).state()).as(name).isNotEqualTo(TaskState.FINISHED);
            assertThat(STORES.keys()).as(name).isEmpty();
        });
        System.out.println("hostile files: " + files.size());
    }
}
