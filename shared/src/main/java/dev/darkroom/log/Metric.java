package dev.darkroom.log;

/** What is counted and measured, under the name that CloudWatch shows. */
public enum Metric {
    /** Clients' callbacks that were answered 2xx. */
    CLIENT_CALLBACKS_DELIVERED("ClientCallbacksDelivered", "Count"),
    /** Attempts at clients' callbacks that failed and will be followed by another. */
    CLIENT_CALLBACKS_RETRIED("ClientCallbacksRetried", "Count"),
    /** Clients' callbacks that were answered 410, or whose schedule is used up. */
    CLIENT_CALLBACKS_GIVEN_UP("ClientCallbacksGivenUp", "Count"),
    /** From a task's end until its client was told. */
    CLIENT_CALLBACK_DELAY("ClientCallbackDelay", "Milliseconds");

    private final String text;
    private final String unit;

    Metric(String text, String unit) {
        this.text = text;
        this.unit = unit;
    }

    /** The name in CloudWatch. */
    public String text() {
        return text;
    }

    /** CloudWatch's word for the unit. */
    public String unit() {
        return unit;
    }
}
