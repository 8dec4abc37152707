package dev.darkroom.config;

/** A setting is missing or bad. The message names the setting, never its value. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String setting, String problem) {
        super(setting + " " + problem);
    }
}
