package dev.darkroom.request;

import dev.darkroom.task.Word;

/** A model (APIDot README, "Model IDs and request variants"). */
public enum Model implements Word {
    GPT_IMAGE_2("gpt-image-2"),
    /** Changes given images. Only this model takes {@code image_urls}, and it needs them. */
    GPT_IMAGE_2_EDIT("gpt-image-2-edit");

    private final String text;

    Model(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
