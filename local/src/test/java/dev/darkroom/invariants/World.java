package dev.darkroom.invariants;

import dev.darkroom.task.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that matters about one task at one moment. Equal worlds have equal futures, so each is explored once.
 *
 * @param held what the user's budget holds
 * @param accepted the number of tasks that upstream has created, ended or not
 * @param ended whether upstream's task has ended
 * @param bucket the author of each object, by key
 * @param told how often the client got the callback
 * @param owed how often the callback was sent again
 * @param next each actor's next step
 * @param faults how many more may happen
 */
record World(
        Item item,
        long held,
        int accepted,
        boolean ended,
        Map<String, String> bucket,
        int told,
        int owed,
        Instant now,
        List<Step> next,
        int faults) {

    World {
        bucket = Map.copyOf(bucket);
        next = List.copyOf(next);
    }

    static World before(List<Step> actors, Instant now, int faults) {
        return new World(Item.ABSENT, 0, 0, false, Map.of(), 0, 0, now, actors, faults);
    }

    /** Returns the parts that tell worlds apart. Worlds with the same number of actors have them in the same places. */
    List<Object> parts() {
        List<Object> parts = new ArrayList<>(List.of(item, bucket, now, held, accepted, ended, told, owed, faults));
        parts.addAll(next);
        return parts;
    }

    World then(int actor, Step step) {
        List<Step> steps = new ArrayList<>(next);
        steps.set(actor, step);
        return with(steps);
    }

    World with(List<Step> actors) {
        return new World(item, held, accepted, ended, bucket, told, owed, now, actors, faults);
    }

    World with(Item other, long credits) {
        return new World(other, credits, accepted, ended, bucket, told, owed, now, next, faults);
    }

    World at(Instant time) {
        return new World(item, held, accepted, ended, bucket, told, owed, time, next, faults);
    }

    World upstream(int tasks, boolean over) {
        return new World(item, held, tasks, over, bucket, told, owed, now, next, faults);
    }

    World withBucket(Map<String, String> objects) {
        return new World(item, held, accepted, ended, objects, told, owed, now, next, faults);
    }

    World toldOnceMore() {
        return new World(item, held, accepted, ended, bucket, told + 1, owed, now, next, faults);
    }

    World owedOnceMore() {
        return new World(item, held, accepted, ended, bucket, told, owed + 1, now, next, faults);
    }

    World withFaults(int left) {
        return new World(item, held, accepted, ended, bucket, told, owed, now, next, left);
    }
}
