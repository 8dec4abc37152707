package dev.darkroom.local.apidot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** {@code GET /files/{task_id}/{n}.{ext}} and {@code GET /samples/source.{png,jpg,webp}}. Thread-safe. */
final class FileRoute {
    private static final long WITHOUT_END = Long.MAX_VALUE / 2;

    private final SimulatedApiDot apidot;
    private final Pictures pictures;
    private final SourcePictures sources;
    private final Waits waits;

    FileRoute(SimulatedApiDot apidot, Pictures pictures, SourcePictures sources, Waits waits) {
        this.apidot = apidot;
        this.pictures = pictures;
        this.sources = sources;
        this.waits = waits;
    }

    /** A result file. */
    void file(ApiDotCall exchange, String taskId, String name) throws IOException {
        Optional<SimulatedTask> found = apidot.tasks().find(taskId);
        int dot = name.indexOf('.');
        if (found.isEmpty() || !name.substring(0, Math.max(0, dot)).matches("[0-9]{1,3}")) {
            exchange.answer(Reply.of(404, Reply.Body.TEXT));
            return;
        }
        SimulatedTask task = found.get();
        PictureFormat format = task.plan().format();
        Pictures.Spec spec = Pictures.Spec.of(task, Integer.parseInt(name.substring(0, dot)), sources.of(task), format);
        if (exchange.query("hops").isEmpty()) {
            task.fileRead();
        }
        serve(exchange, spec, task.prompt());
    }

    /** A picture to edit. Its faults match the request's path and query, because there is no prompt. */
    void sample(ApiDotCall exchange, String name) throws IOException {
        Optional<PictureFormat> format = Arrays.stream(PictureFormat.values())
                .filter(one -> ("source." + one.extension()).equals(name))
                .findFirst();
        if (format.isEmpty()) {
            exchange.answer(Reply.of(404, Reply.Body.TEXT));
            return;
        }
        serve(exchange, new Pictures.Spec("A picture to edit", List.of(), 1024, 768, format.get()), exchange.target());
    }

    private void serve(ApiDotCall exchange, Pictures.Spec spec, String subject) throws IOException {
        String hops = exchange.query("hops");
        if (hops.matches("[0-9]{1,4}")) {
            redirect(exchange, Integer.parseInt(hops), spec);
            return;
        }
        FileFault fault = apidot.faults().take(FileFault.class, subject).orElse(null);
        switch (fault) {
            case null -> send(exchange, spec);
            case FileFault.Answers(Reply reply) -> exchange.answer(reply);
            case FileFault.WrongType() ->
                exchange.answer(
                        200,
                        spec.format().contentType(),
                        Reply.of(200, Reply.Body.HTML).text().getBytes(StandardCharsets.UTF_8));
            case FileFault.CutShort() -> {
                byte[] picture = pictures.of(spec);
                OutputStream out = exchange.stream(200, spec.format().contentType(), picture.length);
                out.write(picture, 0, picture.length / 2);
                out.flush();
                exchange.cut();
            }
            case FileFault.Halved() -> {
                byte[] picture = pictures.of(spec);
                exchange.answer(200, spec.format().contentType(), Arrays.copyOf(picture, picture.length / 2));
            }
            case FileFault.Empty() -> exchange.answer(200, spec.format().contentType(), new byte[0]);
            case FileFault.Huge(long bytes, boolean lengthStated) -> pad(exchange, spec, bytes, lengthStated);
            case FileFault.Endless() -> pad(exchange, spec, WITHOUT_END, false);
            case FileFault.Chunked() -> {
                try (OutputStream out = exchange.stream(200, spec.format().contentType(), ApiDotCall.UNSTATED)) {
                    out.write(pictures.of(spec));
                }
            }
            case FileFault.Gzipped() -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (OutputStream out = new GZIPOutputStream(packed)) {
                    out.write(pictures.of(spec));
                }
                exchange.answerHeader("Content-Encoding", "gzip");
                exchange.answer(200, spec.format().contentType(), packed.toByteArray());
            }
            case FileFault.GzipBomb(long bytes) -> {
                exchange.answerHeader("Content-Encoding", "gzip");
                try (OutputStream out =
                        new GZIPOutputStream(exchange.stream(200, spec.format().contentType(), ApiDotCall.UNSTATED))) {
                    Paced.zeros(out, bytes, 0, waits);
                }
            }
            case FileFault.Redirects(int many) -> redirect(exchange, many, spec);
            case FileFault.Slow(int bytesPerSecond) -> {
                byte[] picture = pictures.of(spec);
                try (OutputStream out = exchange.stream(200, spec.format().contentType(), picture.length)) {
                    Paced.bytes(out, picture, bytesPerSecond, waits);
                }
            }
            case FileFault.Hangs(Duration time) -> {
                if (waits.lasting(time)) {
                    send(exchange, spec);
                } else {
                    exchange.cut();
                }
            }
        }
    }

    private void send(ApiDotCall exchange, Pictures.Spec spec) throws IOException {
        exchange.answer(200, spec.format().contentType(), pictures.of(spec));
    }

    private void redirect(ApiDotCall exchange, int hops, Pictures.Spec spec) throws IOException {
        if (hops == 0) {
            send(exchange, spec);
            return;
        }
        List<String> segments = exchange.segments();
        exchange.answer(Reply.redirect("/" + String.join("/", segments) + "?hops=" + (hops - 1)));
    }

    private void pad(ApiDotCall exchange, Pictures.Spec spec, long bytes, boolean lengthStated) throws IOException {
        PaddedPng png = new PaddedPng(pictures.of(
                new Pictures.Spec(spec.text(), spec.sources(), spec.width(), spec.height(), PictureFormat.PNG)));
        long length = lengthStated ? png.length(bytes) : ApiDotCall.UNSTATED;
        try (OutputStream out = exchange.stream(200, "image/png", length)) {
            png.write(out, bytes);
        }
    }
}
