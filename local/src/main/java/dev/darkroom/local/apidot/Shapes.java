package dev.darkroom.local.apidot;

import java.util.List;

/** The forms of APIDot's answers. If a form alternates, each task has the next one. */
public record Shapes(Status status, Webhook webhook, Picture picture) {

    /** Where a status answer has its files. */
    public enum Status {
        /** {@code data.output.files} */
        OUTPUT,
        /** {@code data.files} */
        DATA,
        ALTERNATING,
        /** Each answer in another form, as {@link RandomForms} has them. */
        RANDOM
    }

    /** How a webhook is wrapped. */
    public enum Webhook {
        /** {@code {"code":200,"data":{…}}} */
        WRAPPED,
        /** The fields at the top. */
        FLAT,
        ALTERNATING,
        /** Each webhook in another form, as {@link RandomForms} has them. */
        RANDOM
    }

    /** In which format pictures are drawn. */
    public enum Picture {
        PNG,
        JPEG,
        WEBP,
        ALTERNATING
    }

    /** Everything alternating. */
    public static final Shapes ALTERNATING = new Shapes(Status.ALTERNATING, Webhook.ALTERNATING, Picture.ALTERNATING);

    private static final List<PictureFormat> IN_TURN =
            List.of(PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.WEBP);

    boolean filesInOutput(long taskNumber) {
        return switch (status) {
            case OUTPUT -> true;
            case DATA -> false;
            case ALTERNATING, RANDOM -> taskNumber % 2 == 0;
        };
    }

    boolean wrapped(long taskNumber) {
        return switch (webhook) {
            case WRAPPED -> true;
            case FLAT -> false;
            // It alternates at another pace than the status form, so that all four pairs occur.
            case ALTERNATING, RANDOM -> taskNumber / 2 % 2 == 0;
        };
    }

    PictureFormat format(long taskNumber) {
        return switch (picture) {
            case PNG -> PictureFormat.PNG;
            case JPEG -> PictureFormat.JPEG;
            case WEBP -> PictureFormat.WEBP;
            case ALTERNATING -> IN_TURN.get((int) (taskNumber % IN_TURN.size()));
        };
    }
}
