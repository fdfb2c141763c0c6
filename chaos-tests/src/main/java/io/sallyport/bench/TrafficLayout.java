package io.sallyport.bench;

/**
 * Where things lie in what the bench and its programs share; src/main/bpf/traffic.h is the twin.
 */
final class TrafficLayout {

    static final int SENT = 0;
    static final int KIND = 8;
    static final int DEVICE = 12;
    static final int REMOTE_PORTS = 16;
    static final int CLIENTS = 20;
    static final int CLIENT_PORTS = 24;
    static final int REMOTE_PORT = 28;
    static final int CLIENT = 32;
    static final int CLIENT_PORT = 36;
    static final int FIRST_REMOTE_PORT = 40;
    static final int FIRST_CLIENT = 44;
    static final int FIRST_CLIENT_PORT = 48;
    static final int CHECKSUM = 52;
    static final int IP_CHECKSUM = 56;
    static final int DROP = 60;
    static final int FRAME = 64;
    static final int PLAN_BYTES = 192;

    static final int PACKETS = 0;
    static final int ADDRESS = 24;
    static final int TIMED = 28;
    static final int LATENCY = 32;
    static final int LATENCIES = 1024;
    static final int ARRIVALS_BYTES = LATENCY + 8 * LATENCIES;

    private TrafficLayout() {}

    /**
     * Where a step of the latencies begins.
     *
     * @param step 0 to 1023
     * @return nanoseconds
     */
    static long nanos(int step) {
        int exponent = step >> 5;
        return exponent == 0 ? step : (32L + (step & 31)) << exponent - 1;
    }
}
