package io.sallyport.gateway.connections;

/**
 * Numbers above 0 by what they stand for, which lies elsewhere: open addressing, four bytes a
 * place. A search begins at {@link #begin} and goes {@link #after} place until {@link #at} has it,
 * or 0. Worker thread.
 */
abstract class NumberIndex {

    private static final int SMALLEST = 64;

    private int[] numbers = new int[SMALLEST];
    private int size;

    /** Of what {@code number}, which is in the index, stands for; its upper half is spread. */
    abstract long hash(int number);

    final int begin(long hash) {
        return (int) ((hash >>> 32) * numbers.length >>> 32);
    }

    final int after(int place) {
        return place + 1 == numbers.length ? 0 : place + 1;
    }

    final int at(int place) {
        return numbers[place];
    }

    final void add(int number) {
        if (4 * (size + 1) > 3 * numbers.length) {
            grow();
        }
        put(number);
        size++;
    }

    private void put(int number) {
        int place = wanted(number);
        while (numbers[place] != 0) {
            place = after(place);
        }
        numbers[place] = number;
    }

    private void grow() {
        int[] old = numbers;
        numbers = new int[old.length + (old.length >> 1)];
        for (int number : old) {
            if (number != 0) {
                put(number);
            }
        }
    }

    /** False: it is not there. */
    final boolean remove(int number) {
        int gap = wanted(number);
        while (numbers[gap] != number) {
            if (numbers[gap] == 0) {
                return false;
            }
            gap = after(gap);
        }
        // Moves back whatever stands beyond the gap only because the gap was taken.
        for (int place = after(gap); numbers[place] != 0; place = after(place)) {
            if (distance(wanted(numbers[place]), place) >= distance(gap, place)) {
                numbers[gap] = numbers[place];
                gap = place;
            }
        }
        numbers[gap] = 0;
        size--;
        return true;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + numbers.length;
    }

    private int wanted(int number) {
        return begin(hash(number));
    }
}
