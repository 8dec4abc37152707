package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.UPSTREAM;
import static dev.darkroom.task.Stored.USER;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a task from its item, and the valid forms of ids. */
class TaskTest {
    private static final Task RECORDED = new Task(changed(
            Item.ABSENT, Change.set(Attribute.TASK_ID, TASK.value()), Change.set(Attribute.STATE, "submitting")));

    @Test
    void every_attribute_is_read() {
        Task task = new Task(changed(
                task(CallbackStatus.DELIVERED),
                Change.set(Attribute.REQUEST_HASH, "hash"),
                Change.set(Attribute.UPSTREAM_STATUS, "running"),
                Change.set(Attribute.PROGRESS, 42),
                Change.set(Attribute.REPORT, "{}"),
                Change.set(Attribute.ERROR_MESSAGE, "why"),
                Change.set(Attribute.ATTEMPTS, 5),
                Change.set(Attribute.UNUSABLE_LOOKS, 4),
                Change.set(Attribute.CALLBACK_ATTEMPTED_AT, 999_970_000),
                Change.set(Attribute.CALLBACK_RESULT, "204")));

        assertThat(task.id()).isEqualTo(TASK);
        assertThat(task.user()).isEqualTo(USER);
        assertThat(task.model()).isEqualTo("gpt-image-2");
        assertThat(task.request()).isEqualTo("{}");
        assertThat(task.requestHash()).isEqualTo("hash");
        assertThat(task.credits()).isEqualTo(12);
        assertThat(task.resolution()).isEqualTo("2K");
        assertThat(task.state()).isEqualTo(TaskState.FINISHED);
        assertThat(task.upstreamTaskId()).isEqualTo(UPSTREAM);
        assertThat(task.upstreamStatus()).isEqualTo(UpstreamStatus.RUNNING);
        assertThat(task.item().get(Attribute.REPORT)).isNotNull();
        assertThat(task.progress()).isEqualTo(42);
        assertThat(task.errorMessage()).isEqualTo("why");
        assertThat(task.attempts()).isEqualTo(5);
        assertThat(task.unusableLooks()).isEqualTo(4);
        assertThat(task.claimId()).isEqualTo("claim");
        assertThat(task.createdAt()).isEqualTo(Instant.ofEpochSecond(999_900));
        assertThat(task.updatedAt()).isEqualTo(Instant.ofEpochSecond(999_960));
        assertThat(task.dueAt()).isEqualTo(Instant.ofEpochSecond(1_000_020));
        assertThat(task.callbackUrl()).isEqualTo("https://example.com/hook");
        assertThat(task.callbackStatus()).isEqualTo(CallbackStatus.DELIVERED);
        assertThat(task.callbackAttempts()).isEqualTo(2);
        assertThat(task.callbackAttemptedAt()).isEqualTo(Instant.ofEpochSecond(999_970));
        assertThat(task.callbackResult()).isEqualTo("204");
        assertThat(task.budgetDay()).isEqualTo("1970-01-12");
        assertThat(TaskStore.Position.of(task)).isEqualTo(new TaskStore.Position(TASK, 999_900_000));
    }

    @Test
    void absent_attributes_are_null_or_empty() {
        assertThat(RECORDED.upstreamTaskId()).isNull();
        assertThat(RECORDED.upstreamStatus()).isNull();
        assertThat(RECORDED.item().get(Attribute.REPORT)).isNull();
        assertThat(RECORDED.progress()).isZero();
        assertThat(RECORDED.files()).isEmpty();
        assertThat(RECORDED.attempts()).isZero();
        assertThat(RECORDED.dueAt()).isNull();
        assertThat(RECORDED.callbackStatus()).isNull();
        assertThat(RECORDED.callbackAttemptedAt()).isNull();
        assertThat(RECORDED.item().exists()).isTrue();
        assertThat(Item.ABSENT.exists()).isFalse();
        assertThatThrownBy(RECORDED::model).hasMessage("the item has no model");
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void a_task_is_visible_to_its_user_until_it_is_deleted_or_expires(TaskState state) {
        Item item = changed(task(state), Change.set(Attribute.EXPIRES_AT, 1_000_001));
        boolean visible = state != TaskState.DELETING && state != TaskState.DELETED;

        assertThat(new Task(item).isVisibleTo(USER, NOW)).isEqualTo(visible);
        assertThat(new Task(item).isVisibleTo(new UserId("mallory"), NOW)).isFalse();
        assertThat(new Task(item).isVisibleTo(USER, NOW.plusSeconds(1))).isFalse();
    }

    @Test
    void open_ended_and_gone_are_every_state_once() {
        assertThat(List.of(TaskState.values())).filteredOn(TaskState::isOpen).isEqualTo(TaskState.OPEN);
        assertThat(Stored.states(Condition.open(), task(TaskState.DUE))).isEqualTo(TaskState.OPEN);
        assertThat(List.of(TaskState.values()))
                .filteredOn(TaskState::isGone)
                .containsExactly(TaskState.DELETING, TaskState.DELETED);
        assertThat(Stored.states(Condition.ended(), task(TaskState.DUE)))
                .containsExactly(TaskState.FINISHED, TaskState.FAILED);
    }

    @Test
    void names_in_the_table_are_read_as_they_are_written() {
        for (TaskState state : TaskState.values()) {
            assertThat(Word.of(TaskState.class, state.text())).isEqualTo(state);
        }
        for (CallbackStatus status : CallbackStatus.values()) {
            assertThat(Word.of(CallbackStatus.class, status.text())).isEqualTo(status);
        }
        for (UpstreamStatus status : UpstreamStatus.values()) {
            assertThat(Word.of(UpstreamStatus.class, status.text())).isEqualTo(status);
        }
        for (Attribute attribute : Attribute.values()) {
            assertThat(Attribute.named(attribute.text())).contains(attribute);
        }
        assertThat(Attribute.named("a note")).isEmpty();
    }

    @Test
    void a_condition_asks_for_values_that_are_there() {
        Condition any = Condition.any(Condition.is(Attribute.PROGRESS, 1), Condition.is(Attribute.PROGRESS, 2));

        assertThat(any.holds(RECORDED.item())).isFalse();
        assertThat(any.holds(changed(RECORDED.item(), Change.set(Attribute.PROGRESS, 2))))
                .isTrue();
        assertThat(new Condition.AtMost(Attribute.PROGRESS, 2).holds(RECORDED.item()))
                .isFalse();
        assertThat(new Condition.Above(Attribute.PROGRESS, -1).holds(RECORDED.item()))
                .isFalse();
        for (Item item : List.of(Item.ABSENT, RECORDED.item())) {
            assertThat(Condition.never().holds(item)).isFalse();
        }
    }

    @Test
    void numbers_are_added_to_what_is_there() {
        Item item = changed(
                changed(RECORDED.item(), new Change.Add(Attribute.ATTEMPTS, 2)), new Change.Add(Attribute.ATTEMPTS, 3));

        assertThat(item.number(Attribute.ATTEMPTS)).isEqualTo(5);
        assertThat(item.number(Attribute.STATE)).isNull();
        assertThat(item.text(Attribute.ATTEMPTS)).isNull();
        assertThat(changed(item, Change.setIfAbsent(Attribute.ATTEMPTS, 9), Change.setIfAbsent(Attribute.MODEL, "m")))
                .isEqualTo(changed(item, Change.set(Attribute.MODEL, "m")));
        assertThat(without(item, Attribute.ATTEMPTS)).isEqualTo(RECORDED.item());
    }

    @Test
    void files_are_read_as_they_were_written() {
        List<StoredImage> files = List.of(
                new StoredImage("images/a/0.png", "image/png", 5_000_000_000L, "ab", 1, 2),
                new StoredImage("images/a/1.webp", "image/webp", 3, "cd", 4, 5));

        assertThat(StoredImage.parse(StoredImage.text(files))).isEqualTo(files);
        assertThat(files.getFirst().previewKey()).isEqualTo("previews/images/a/0.png.jpg");
        assertThatThrownBy(() -> StoredImage.parse("[")).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101})
    void progress_is_a_percentage(int percent) {
        assertThatThrownBy(() -> new Progress(UpstreamStatus.RUNNING, percent))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Progress(UpstreamStatus.RUNNING, 0).percent()).isZero();
        assertThat(new Progress(UpstreamStatus.RUNNING, 100).percent()).isEqualTo(100);
        assertThatThrownBy(() -> new Progress(UpstreamStatus.FINISHED, 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "task-", "task-0123456789abcde", "task-0123456789abcde/", "TASK-0123456789abcdef", "x"})
    void what_is_no_task_id(String text) {
        assertThat(TaskId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new TaskId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a\n", "ä"})
    void what_is_no_upstream_task_id(String text) {
        assertThat(UpstreamTaskId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new UpstreamTaskId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ids_are_their_text() {
        assertThat(TaskId.parse(TASK.value())).contains(TASK);
        assertThat(TASK).hasToString("task-0123456789abcdem");
        assertThat(UpstreamTaskId.parse("...")).contains(new UpstreamTaskId("..."));
        assertThat(UpstreamTaskId.parse("x".repeat(512))).isPresent();
        assertThat(UpstreamTaskId.parse("x".repeat(513))).isEmpty();
        assertThat(UpstreamTaskId.parse(null)).isEmpty();
        assertThat(UPSTREAM).hasToString("upstream-1");
    }

    @Test
    void a_user_id_is_up_to_255_bytes_that_utf_8_can_say() {
        assertThat(UserId.isUsable("x".repeat(255))).isTrue();
        assertThat(UserId.isUsable("ä".repeat(128))).isFalse();
        assertThat(UserId.isUsable("x".repeat(256))).isFalse();
        assertThat(UserId.isUsable("")).isFalse();
        assertThat(UserId.isUsable("\uD83D")).isFalse();
        assertThat(USER.keySegment()).isEqualTo("anVkeQ");
        assertThat(new UserId("??>").keySegment()).isEqualTo("Pz8-");
        assertThatThrownBy(() -> new UserId("")).isInstanceOf(IllegalArgumentException.class);
    }
}
