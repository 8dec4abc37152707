package dev.darkroom.task;

/** The result of a {@link Write}. */
public sealed interface Written extends Recorded {

    /** The write is done, by this attempt or an earlier one of the same author. It has the item that the write asked for. */
    record Applied(Item item) implements Written {}

    /** The condition did not hold of this item ({@link Item#ABSENT} when there is none); nothing was written. */
    record Refused(Item item) implements Written {}
}
