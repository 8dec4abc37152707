package dev.darkroom.local.apidot;

/**
 * One way in which APIDot, its storage or the network fails. The type says what happens. The {@link FaultRule} says how often,
 * and to which requests.
 */
public sealed interface Fault permits SubmitFault, TaskFault, StatusFault, WebhookFault, FileFault {

    /** Whether something goes wrong before or after the task is created. */
    enum Moment {
        BEFORE_ACCEPTING,
        AFTER_ACCEPTING
    }
}
