package dev.darkroom.local.template;

/** A mistake in the template; the message is one line that says where and what. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TemplateException(String where, String problem) {
        super("template.yaml: " + where + " " + problem);
    }
}
