package dev.darkroom.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemporaryFileTest {
    @ParameterizedTest
    @CsvSource({"469762048, 1", "469762049, 1", "234881024, 2", "67108864, 7", "1, 1000"})
    void as_many_files_at_once_as_the_space_holds(long maxBytes, int files) {
        assertThat(TemporaryFile.files(maxBytes).availablePermits()).isEqualTo(files);
    }

    @Test
    void a_closed_file_is_gone_and_makes_room_for_another() {
        Semaphore one = new Semaphore(1);
        Path path;
        try (TemporaryFile file =
                TemporaryFile.create(one, Duration.ofSeconds(20)).orElseThrow()) {
            path = file.path();
            assertThat(path).exists();
            assertThat(TemporaryFile.create(one, Duration.ZERO)).isEmpty();
        }
        assertThat(path).doesNotExist();
        assertThat(one.availablePermits()).isEqualTo(1);
    }

    @Test
    void an_interrupted_wait_for_room_ends_and_stays_interrupted() {
        Thread.currentThread().interrupt();

        assertThat(TemporaryFile.create(new Semaphore(0), Duration.ofSeconds(20)))
                .isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }
}
