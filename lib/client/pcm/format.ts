/** Samples per second of the audio socket's sound: PCM16, one channel, both ways. */
export const PCM_RATE = 24_000;
