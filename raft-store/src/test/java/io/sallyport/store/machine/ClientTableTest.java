package io.sallyport.store.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientTableTest {

    private static final byte[] ANSWER = {1, 2, 3};

    private final ClientTable table = new ClientTable();

    @Test
    void anAnswerIsKeptUntilTheClientSaysThatItHasIt() {
        table.remember(1, 7, 1, 1, ANSWER);
        assertThat(table.standing(7, 1)).isEqualTo(ClientTable.Standing.ANSWERED);
        assertThat(table.answer(7, 1)).contains(ANSWER);
        table.remember(2, 7, 2, 2, ANSWER);
        assertThat(table.standing(7, 1)).isEqualTo(ClientTable.Standing.FORGOTTEN);
        assertThat(table.standing(7, 2)).isEqualTo(ClientTable.Standing.ANSWERED);
        assertThat(table.standing(7, 3)).isEqualTo(ClientTable.Standing.NEW);
        assertThat(table.standing(8, 1)).isEqualTo(ClientTable.Standing.NEW);
    }

    @Test
    void aGapBelowAnAnswerIsStillNew() {
        table.remember(1, 7, 5, 3, ANSWER);
        assertThat(table.standing(7, 3)).isEqualTo(ClientTable.Standing.NEW);
        assertThat(table.standing(7, 2)).isEqualTo(ClientTable.Standing.FORGOTTEN);
    }

    @Test
    void aFloorAboveTheCallItselfDoesNotForgetIt() {
        table.remember(1, 7, 5, 100, ANSWER);
        assertThat(table.standing(7, 5)).isEqualTo(ClientTable.Standing.ANSWERED);
    }

    @Test
    void answersOfOneClientAreBounded() {
        for (long i = 1; i <= ClientTable.ANSWERS_MAX + 10; i++) {
            table.remember(i, 7, i, 1, ANSWER);
        }
        assertThat(table.standing(7, 10)).isEqualTo(ClientTable.Standing.FORGOTTEN);
        assertThat(table.standing(7, 11)).isEqualTo(ClientTable.Standing.ANSWERED);
    }

    @Test
    void theClientThatWasSilentLongestIsForgottenFirst() {
        table.remember(1, 1, 1, 1, ANSWER);
        for (long i = 2; i <= ClientTable.CLIENTS_MAX; i++) {
            table.remember(i, i, 1, 1, ANSWER);
        }
        table.remember(9_000, 1, 2, 1, ANSWER);
        table.remember(9_001, 10_000, 1, 1, ANSWER);
        assertThat(table.size()).isEqualTo(ClientTable.CLIENTS_MAX);
        assertThat(table.standing(1, 1)).isEqualTo(ClientTable.Standing.ANSWERED);
        assertThat(table.standing(2, 1)).isEqualTo(ClientTable.Standing.NEW);
    }
}
