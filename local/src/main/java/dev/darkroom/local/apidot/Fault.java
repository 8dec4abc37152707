package dev.darkroom.local.apidot;

/**
 * One way in which APIDot, its storage or the network between misbehaves. What a fault does is said by its type; how often and to
 * whom it happens, by the {@link FaultRule} it is put in force with.
 */
public sealed interface Fault permits SubmitFault, TaskFault, StatusFault, WebhookFault, FileFault {

    /** When, seen from the creation of the task, something goes wrong. */
    enum Moment {
        BEFORE_ACCEPTING,
        AFTER_ACCEPTING
    }
}
