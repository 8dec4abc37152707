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
    void file(ApiDotCall call, String taskId, String name) throws IOException {
        Optional<SimulatedTask> found = apidot.tasks().find(taskId);
        int dot = name.indexOf('.');
        if (found.isEmpty() || !name.substring(0, Math.max(0, dot)).matches("[0-9]{1,3}")) {
            call.answer(Reply.of(404, Reply.Body.TEXT));
            return;
        }
        SimulatedTask task = found.get();
        PictureFormat format = task.plan().format();
        Pictures.Spec spec = Pictures.Spec.of(task, Integer.parseInt(name.substring(0, dot)), sources.of(task), format);
        if (call.query("hops").isEmpty()) {
            task.fileRead();
        }
        serve(call, spec, task.prompt());
    }

    /** A picture to edit. Its faults match the request's path and query, because there is no prompt. */
    void sample(ApiDotCall call, String name) throws IOException {
        Optional<PictureFormat> format = Arrays.stream(PictureFormat.values())
                .filter(one -> ("source." + one.extension()).equals(name))
                .findFirst();
        if (format.isEmpty()) {
            call.answer(Reply.of(404, Reply.Body.TEXT));
            return;
        }
        serve(call, new Pictures.Spec("A picture to edit", List.of(), 1024, 768, format.get()), call.target());
    }

    private void serve(ApiDotCall call, Pictures.Spec spec, String subject) throws IOException {
        String hops = call.query("hops");
        if (hops.matches("[0-9]{1,4}")) {
            redirect(call, Integer.parseInt(hops), spec);
            return;
        }
        FileFault fault = apidot.faults().take(FileFault.class, subject).orElse(null);
        switch (fault) {
            case null -> send(call, spec);
            case FileFault.Answers(Reply reply) -> call.answer(reply);
            case FileFault.WrongType() ->
                call.answer(
                        200,
                        spec.format().contentType(),
                        Reply.of(200, Reply.Body.HTML).text().getBytes(StandardCharsets.UTF_8));
            case FileFault.CutShort() -> {
                byte[] picture = pictures.of(spec);
                OutputStream out = call.stream(200, spec.format().contentType(), picture.length);
                out.write(picture, 0, picture.length / 2);
                out.flush();
                call.cut();
            }
            case FileFault.Halved() -> {
                byte[] picture = pictures.of(spec);
                call.answer(200, spec.format().contentType(), Arrays.copyOf(picture, picture.length / 2));
            }
            case FileFault.Empty() -> call.answer(200, spec.format().contentType(), new byte[0]);
            case FileFault.Huge(long bytes, boolean lengthStated) -> pad(call, spec, bytes, lengthStated);
            case FileFault.Endless() -> pad(call, spec, WITHOUT_END, false);
            case FileFault.Chunked() -> {
                try (OutputStream out = call.stream(200, spec.format().contentType(), ApiDotCall.UNSTATED)) {
                    out.write(pictures.of(spec));
                }
            }
            case FileFault.Gzipped() -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (OutputStream out = new GZIPOutputStream(packed)) {
                    out.write(pictures.of(spec));
                }
                call.answerHeader("Content-Encoding", "gzip");
                call.answer(200, spec.format().contentType(), packed.toByteArray());
            }
            case FileFault.GzipBomb(long bytes) -> {
                call.answerHeader("Content-Encoding", "gzip");
                try (OutputStream out =
                        new GZIPOutputStream(call.stream(200, spec.format().contentType(), ApiDotCall.UNSTATED))) {
                    Paced.zeros(out, bytes, 0, waits);
                }
            }
            case FileFault.Redirects(int many) -> redirect(call, many, spec);
            case FileFault.Slow(int bytesPerSecond) -> {
                byte[] picture = pictures.of(spec);
                try (OutputStream out = call.stream(200, spec.format().contentType(), picture.length)) {
                    Paced.bytes(out, picture, bytesPerSecond, waits);
                }
            }
            case FileFault.Hangs(Duration time) -> {
                if (waits.lasting(time)) {
                    send(call, spec);
                } else {
                    call.cut();
                }
            }
        }
    }

    private void send(ApiDotCall call, Pictures.Spec spec) throws IOException {
        call.answer(200, spec.format().contentType(), pictures.of(spec));
    }

    private void redirect(ApiDotCall call, int hops, Pictures.Spec spec) throws IOException {
        if (hops == 0) {
            send(call, spec);
            return;
        }
        List<String> segments = call.segments();
        call.answer(Reply.redirect("/" + String.join("/", segments) + "?hops=" + (hops - 1)));
    }

    private void pad(ApiDotCall call, Pictures.Spec spec, long bytes, boolean lengthStated) throws IOException {
        PaddedPng png = new PaddedPng(pictures.of(
                new Pictures.Spec(spec.text(), spec.sources(), spec.width(), spec.height(), PictureFormat.PNG)));
        long length = lengthStated ? png.length(bytes) : ApiDotCall.UNSTATED;
        try (OutputStream out = call.stream(200, "image/png", length)) {
            png.write(out, bytes);
        }
    }
}
