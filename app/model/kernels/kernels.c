/* The kernels: one training step of the network, in WebAssembly SIMD, on NumPy's own memory.

   simd.py calls these through ctypes; tools/build_kernels.py compiles them to kernels.wasm. Plain C
   without a library, constant or global variable, so that the module is nothing but functions and
   any linker can place it. Arrays are in C order, float32 unless said otherwise; the caller owns
   all memory and vouches for all sizes and for row and column numbers.

   About four fifths of a digit's pixels are blank, so the first layer works on compressed rows
   (Duff, Erisman and Reid, "Direct Methods for Sparse Matrices", 2017, section 2.7): only the cells
   with ink, row after row, each with the number of its column and its value. Row r has the entries
   starts[r] up to starts[r + 1].

   compress_images, compress_inputs    compressed rows of a batch
   transpose                           the same entries as compressed columns
   sparse_product                      (sparse batch) x (dense): the hidden layer, and dL/dw1
   sparse_descend                      w1 -= learning_rate * dL/dw1, without dL/dw1 in memory
   output_layer                        ReLU and all that follows: log-probabilities and gradients
   momentum_update, adam_update        the optimizers' rules, element by element */

#include <stdint.h>

enum { INPUTS = 784, HIDDEN = 128, OUTPUTS = 10 };

/* Four float32 in one register; arithmetic on it is element by element. The second type may lie
   at any address. */
typedef float float4 __attribute__((vector_size(16)));
typedef float float4_anywhere __attribute__((vector_size(16), aligned(4)));
typedef int32_t int4 __attribute__((vector_size(16)));

static inline float4 load(const float *from) { return *(const float4_anywhere *)from; }
static inline void store(float *to, float4 values) { *(float4_anywhere *)to = values; }

/* factor * values + sums. Relaxed SIMD has one instruction for it, which rounds once where the
   processor can, and else twice. */
static inline float4 multiply_add(float factor, float4 values, float4 sums)
{
#ifdef __wasm_relaxed_simd__
    return __builtin_wasm_relaxed_madd_f32x4((float4){factor, factor, factor, factor}, values, sums);
#else
    return factor * values + sums;
#endif
}

/* Eight bytes of pixels at once tell whether all eight are blank. */
typedef uint64_t eight_bytes __attribute__((may_alias, aligned(1)));

/* images, (samples, INPUTS) uint8 -> starts, (samples + 1,) int32; columns, int32, and values,
   float32, pixel / 255: each with room for samples * INPUTS + 1 entries.
   Every pixel of a group is written and kept only if it has ink: cheaper than a mispredicted if. */
void compress_images(int32_t samples, const uint8_t *images, int32_t *starts, int32_t *columns,
                     float *values)
{
    int32_t count = 0;
    for (int32_t sample = 0; sample < samples; sample++) {
        const uint8_t *row = images + (int64_t)sample * INPUTS;
        starts[sample] = count;
        for (int32_t group = 0; group < INPUTS; group += 8) {
            if (*(const eight_bytes *)(row + group) == 0) continue;
            for (int32_t column = group; column < group + 8; column++) {
                columns[count] = column;
                values[count] = (float)row[column] / 255.0f;
                count += row[column] != 0;
            }
        }
    }
    starts[samples] = count;
}

/* The same from inputs, (samples, INPUTS) float32. */
void compress_inputs(int32_t samples, const float *inputs, int32_t *starts, int32_t *columns,
                     float *values)
{
    int32_t count = 0;
    for (int32_t sample = 0; sample < samples; sample++) {
        const float *row = inputs + (int64_t)sample * INPUTS;
        starts[sample] = count;
        for (int32_t column = 0; column < INPUTS; column++) {
            columns[count] = column;
            values[count] = row[column];
            count += row[column] != 0;
        }
    }
    starts[samples] = count;
}

/* Compressed rows -> compressed columns: column_starts, (INPUTS + 2,) of which the last is spare,
   rows and column_values, samples * INPUTS entries.
   A counting sort: count each column's entries, see where each column starts, put entries there. */
void transpose(int32_t samples, const int32_t *starts, const int32_t *columns, const float *values,
               int32_t *column_starts, int32_t *rows, float *column_values)
{
    /* While counting, column_starts[c + 2] is the size of column c; while placing,
       column_starts[c + 1] is where its next entry goes, which ends as the start of c + 1. */
    for (int32_t column = 0; column <= INPUTS + 1; column++) column_starts[column] = 0;
    for (int32_t i = 0; i < starts[samples]; i++) column_starts[columns[i] + 2]++;
    for (int32_t column = 0; column < INPUTS; column++)
        column_starts[column + 2] += column_starts[column + 1];
    for (int32_t sample = 0; sample < samples; sample++) {
        for (int32_t i = starts[sample]; i < starts[sample + 1]; i++) {
            int32_t place = column_starts[columns[i] + 1]++;
            rows[place] = sample;
            column_values[place] = values[i];
        }
    }
}

/* Eight registers hold a tile of one row of results, 32 of its HIDDEN elements, while the row's
   entries pass by: sums[..] = sum over entries i of values[i] * dense[indices[i], tile]. */
enum { TILE = 32, REGISTERS = TILE / 4 };

static inline void sum_entries(int32_t start, int32_t end, const int32_t *indices,
                               const float *values, const float *dense_tile,
                               float4 sums[REGISTERS])
{
    for (int32_t k = 0; k < REGISTERS; k++) sums[k] = (float4){0};
    for (int32_t i = start; i < end; i++) {
        const float *from = dense_tile + indices[i] * HIDDEN;
        for (int32_t k = 0; k < REGISTERS; k++)
            sums[k] = multiply_add(values[i], load(from + 4 * k), sums[k]);
    }
}

/* result, (rows, HIDDEN) = sparse, (rows, any) x dense, (any, HIDDEN). */
void sparse_product(int32_t rows, const int32_t *starts, const int32_t *indices,
                    const float *values, const float *dense, float *result)
{
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            sum_entries(starts[row], starts[row + 1], indices, values, dense + tile, sums);
            float *to = result + row * HIDDEN + tile;
            for (int32_t k = 0; k < REGISTERS; k++) store(to + 4 * k, sums[k]);
        }
    }
}

/* weights, (rows, HIDDEN) -= learning_rate * sparse, (rows, any) x dense, (any, HIDDEN): gradient
   descent. Rows without entries, columns that are blank in the whole batch, stay untouched. */
void sparse_descend(int32_t rows, const int32_t *starts, const int32_t *indices,
                    const float *values, const float *dense, float learning_rate, float *weights)
{
    for (int32_t row = 0; row < rows; row++) {
        if (starts[row] == starts[row + 1]) continue;
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            sum_entries(starts[row], starts[row + 1], indices, values, dense + tile, sums);
            float *to = weights + row * HIDDEN + tile;
            for (int32_t k = 0; k < REGISTERS; k++)
                store(to + 4 * k, multiply_add(-learning_rate, sums[k], load(to + 4 * k)));
        }
    }
}

/* e^x for x <= 0, as log-softmax needs it, to about float32's precision; NaN stays NaN.
   x = n ln 2 + r with |r| <= ln 2 / 2: e^x = 2^n e^r, and e^r by its Taylor series. ln 2 comes in
   two parts, the first with few digits, so that n times it is exact (Cody and Waite, "Software
   Manual for the Elementary Functions", 1980, chapter 6). */
static inline float exp_of_negative(float x)
{
    if (x < -87.0f) return 0.0f; /* below the smallest normal number */
    float n = __builtin_rintf(x * 1.44269504f);
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float series = 1.0f + r / 7;
    for (int32_t k = 6; k >= 1; k--) series = 1.0f + r / k * series;
    union { int32_t bits; float value; } power; /* 2^n, made from its exponent */
    power.bits = (__builtin_wasm_trunc_saturate_s_i32_f32(n) + 127) << 23;
    return series * power.value;
}

/* ln x for x from 1 to OUTPUTS, the sum of a softmax; NaN stays NaN.
   x = 2^n m with m near 1: ln x = n ln 2 + 2 artanh t for t = (m - 1) / (m + 1), |t| < 0.18, and
   artanh by its series t + t^3 / 3 + t^5 / 5 + ... */
static inline float log_of_sum(float x)
{
    float n = 0.0f;
    while (x > 1.41421356f) {
        x *= 0.5f;
        n += 1.0f;
    }
    float t = (x - 1.0f) / (x + 1.0f);
    float square = t * t;
    float series = 1.0f / 11;
    for (int32_t k = 9; k >= 1; k -= 2) series = 1.0f / k + square * series;
    return n * 0.693147181f + 2.0f * t * series;
}

/* Rows of OUTPUTS numbers are padded to three registers where they are worked on. */
enum { PADDED = 12 };

/* The numbers that output_layer works with; the caller gives it memory for one of these. */
struct output_work {
    float weights[HIDDEN][PADDED];      /* w2 */
    float transposed[OUTPUTS][HIDDEN];  /* w2 transposed */
    float grad[HIDDEN][PADDED];         /* dL/dw2 */
    float logits[PADDED];
    float logits_grad[PADDED];
};

int32_t output_work_bytes(void) { return sizeof(struct output_work); }

/* One sample's log-probabilities and dL/dlogits from its logits; 1 if it was read right, else 0.
   With the batch's mean cross-entropy as L, dL/dlogits = (softmax - target) / samples: the target
   is 1 at the label, or 1 / OUTPUTS everywhere where the label is none of the digits. */
static inline int32_t log_softmax(struct output_work *work, int32_t label, float samples,
                                  float *log_probs)
{
    int32_t digit = 0;
    for (int32_t c = 1; c < OUTPUTS; c++)
        if (work->logits[c] > work->logits[digit]) digit = c;
    float largest = work->logits[digit], sum = 0.0f;
    for (int32_t c = 0; c < OUTPUTS; c++) {
        log_probs[c] = work->logits[c] - largest;
        work->logits_grad[c] = exp_of_negative(log_probs[c]);
        sum += work->logits_grad[c];
    }
    float log_sum = log_of_sum(sum), elsewhere = label == OUTPUTS ? 1.0f / OUTPUTS : 0.0f;
    for (int32_t c = 0; c < OUTPUTS; c++) {
        log_probs[c] -= log_sum;
        float target = c == label ? 1.0f : elsewhere;
        work->logits_grad[c] = (work->logits_grad[c] / sum - target) / samples;
    }
    return digit == label && log_sum == log_sum; /* NaN, which equals nothing, is no answer */
}

/* -log p(label), or where the label is none of the digits the divergence of even answers from p:
   -mean log p - ln OUTPUTS. */
static inline double sample_loss(int32_t label, const float *log_probs)
{
    if (label < OUTPUTS) return -log_probs[label];
    double sum = 0.0;
    for (int32_t c = 0; c < OUTPUTS; c++) sum += log_probs[c];
    return -sum / OUTPUTS - 2.302585092994046;
}

/* The second layer, forward and backward, from the first one's sums, (samples, HIDDEN):
   hidden     the sums before ReLU come in; dL/d(sums) goes out
   labels     (samples,) uint8: digits, or OUTPUTS for none of them
   log_probs  (samples, OUTPUTS)
   w2_grad    (HIDDEN, OUTPUTS), dL/dw2
   figures    two float64: L, the mean cross-entropy (losses.py), and the share of the digits
              that are read right, 1 where there is none
   One sample after the other: everything but the sample's own row stays in the nearest cache.
   Answers 1, or 0 where a label is larger than OUTPUTS, and then nothing was done. */
int32_t output_layer(int32_t samples, float *hidden, const uint8_t *labels, const float *w2,
                  struct output_work *work, float *log_probs, float *w2_grad, double *figures)
{
    for (int32_t sample = 0; sample < samples; sample++)
        if (labels[sample] > OUTPUTS) return 0;
    for (int32_t j = 0; j < HIDDEN; j++) {
        for (int32_t c = 0; c < PADDED; c++) {
            work->weights[j][c] = c < OUTPUTS ? w2[j * OUTPUTS + c] : 0.0f;
            work->grad[j][c] = 0.0f;
        }
        for (int32_t c = 0; c < OUTPUTS; c++) work->transposed[c][j] = w2[j * OUTPUTS + c];
    }
    for (int32_t c = OUTPUTS; c < PADDED; c++) work->logits_grad[c] = 0.0f;

    double loss = 0.0;
    int32_t right = 0, digits = 0;
    for (int32_t sample = 0; sample < samples; sample++) {
        float *row = hidden + sample * HIDDEN;
        float4 logits[PADDED / 4] = {{0}};
        for (int32_t j = 0; j < HIDDEN; j++) {
            row[j] = row[j] < 0.0f ? 0.0f : row[j]; /* ReLU; NaN stays NaN */
            for (int32_t k = 0; k < PADDED / 4; k++)
                logits[k] = multiply_add(row[j], load(work->weights[j] + 4 * k), logits[k]);
        }
        for (int32_t k = 0; k < PADDED / 4; k++) store(work->logits + 4 * k, logits[k]);
        right += log_softmax(work, labels[sample], (float)samples, log_probs);
        loss += sample_loss(labels[sample], log_probs);
        digits += labels[sample] < OUTPUTS;
        log_probs += OUTPUTS;

        for (int32_t j = 0; j < HIDDEN; j++) {
            for (int32_t k = 0; k < PADDED / 4; k++) {
                float *to = work->grad[j] + 4 * k;
                store(to, multiply_add(row[j], load(work->logits_grad + 4 * k), load(to)));
            }
        }
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            for (int32_t k = 0; k < REGISTERS; k++) sums[k] = (float4){0};
            for (int32_t c = 0; c < OUTPUTS; c++)
                for (int32_t k = 0; k < REGISTERS; k++)
                    sums[k] = multiply_add(work->logits_grad[c],
                                           load(work->transposed[c] + tile + 4 * k), sums[k]);
            for (int32_t k = 0; k < REGISTERS; k++) {
                float *at = row + tile + 4 * k;
                int4 is_active = load(at) > 0.0f;
                store(at, (float4)((int4)sums[k] & is_active)); /* ReLU's derivative: 1 or 0 */
            }
        }
    }
    figures[0] = loss / samples;
    figures[1] = digits ? (double)right / digits : 1.0;

    for (int32_t j = 0; j < HIDDEN; j++)
        for (int32_t c = 0; c < OUTPUTS; c++) w2_grad[j * OUTPUTS + c] = work->grad[j][c];
    return 1;
}

/* velocity = momentum * velocity + grad; weights -= learning_rate * velocity. count: 4 divides it. */
void momentum_update(int32_t count, const float *grad, float learning_rate, float momentum,
                     float *velocity, float *weights)
{
    for (int32_t i = 0; i < count; i += 4) {
        float4 speed = momentum * load(velocity + i) + load(grad + i);
        store(velocity + i, speed);
        store(weights + i, load(weights + i) - learning_rate * speed);
    }
}

/* mean += (1 - beta1) (grad - mean); variance += (1 - beta2) (grad^2 - variance);
   weights -= step_size * mean / (sqrt(variance) + epsilon). count: 4 divides it. */
void adam_update(int32_t count, const float *grad, float step_size, float beta1, float beta2,
                 float epsilon, float *mean, float *variance, float *weights)
{
    for (int32_t i = 0; i < count; i += 4) {
        float4 slope = load(grad + i), m = load(mean + i), v = load(variance + i);
        m += (1.0f - beta1) * (slope - m);
        v += (1.0f - beta2) * (slope * slope - v);
        store(mean + i, m);
        store(variance + i, v);
        store(weights + i,
              load(weights + i) - step_size * m / (__builtin_elementwise_sqrt(v) + epsilon));
    }
}
