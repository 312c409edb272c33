/* The kernels: one training step of the network, in WebAssembly SIMD, on NumPy's own memory.

   simd.py calls these through ctypes; tools/build_kernels.py compiles them to kernels.wasm and, for
   browsers with relaxed SIMD, to relaxed_kernels.wasm. Plain C without a library, constant or global
   variable, so that the module is nothing but functions and any linker can place it. Arrays are in C
   order, float32 unless said otherwise; the caller owns all memory and vouches for all sizes and for
   row and column numbers.

   About four fifths of a digit's pixels are blank, so the first layer works on compressed rows
   (Duff, Erisman and Reid, "Direct Methods for Sparse Matrices", 2017, section 2.7): only the cells
   with ink, row after row, each with the number of its column and its value. Row r has the entries
   starts[r] up to starts[r + 1].

   compress_images, compress_inputs    compressed rows of a batch
   hidden_layer                        the hidden units' activations
   read_batch                          the whole network forward: log-probabilities
   forward_and_back                    forward, and back to all that the gradients are made of
   write_w1_grad                       dL/dw1
   descend                             a step of plain SGD, without dL/dw1 in memory
   momentum_update, adam_update        the optimizers' rules, element by element

   In all of them: inputs x, (samples, INPUTS); w1, (INPUTS, HIDDEN); w2, (HIDDEN, OUTPUTS);
   sums = x w1; hidden = max(sums, 0); logits = hidden w2; L is the mean cross-entropy of the batch
   (losses.py). */

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

/* Rows of OUTPUTS numbers are padded to three registers where they are worked on. */
enum { PADDED = 12, PADDED_REGISTERS = PADDED / 4 };

/* The numbers that the second layer works with, as Workspace in simd.py makes room for them. */
struct output_work {
    float weights[HIDDEN][PADDED];      /* w2 */
    float transposed[OUTPUTS][HIDDEN];  /* w2 transposed */
    float grad[HIDDEN][PADDED];         /* dL/dw2 */
    float logits[PADDED];
    float logits_grad[PADDED];
};

int32_t output_work_bytes(void) { return sizeof(struct output_work); }

/* Where the arrays between the kernels lie, in the order of Workspace in simd.py. Each has room for
   the largest batch; `entries` is samples * INPUTS, an entry for each pixel. */
struct workspace {
    const float *scaled;           /* (256,): the inputs that uint8 pixels stand for, pixel / 255 */
    int32_t *starts;               /* (samples + 1,) int32: the batch in compressed rows */
    int32_t *columns;              /* (entries + 1,) int32 */
    float *values;                 /* (entries + 1,) */
    int32_t *column_starts;        /* (INPUTS + 2,) int32, the last is spare: in compressed columns */
    int32_t *rows;                 /* (entries,) int32 */
    float *column_values;          /* (entries,) */
    float *hidden;                 /* (samples, HIDDEN): activations; after going back dL/dsums */
    float *log_probs;              /* (samples, OUTPUTS) */
    float *w2_grad;                /* (HIDDEN, OUTPUTS): dL/dw2 */
    double *figures;               /* (2,) float64: L, and the share of digits that are read right */
    struct output_work *output;
};

/* Eight bytes of pixels at once tell whether all eight are blank. */
typedef uint64_t eight_bytes __attribute__((may_alias, aligned(1)));

/* images, (samples, INPUTS) uint8 -> compressed rows of the inputs.
   Every pixel of a group is written and kept only if it has ink: cheaper than a mispredicted if. So
   one entry past the last is written, too. */
void compress_images(int32_t samples, const uint8_t *images, struct workspace *work)
{
    int32_t *starts = work->starts, *columns = work->columns, count = 0;
    float *values = work->values;
    const float *scaled = work->scaled;
    for (int32_t sample = 0; sample < samples; sample++) {
        const uint8_t *row = images + (int64_t)sample * INPUTS;
        starts[sample] = count;
        for (int32_t group = 0; group < INPUTS; group += 8) {
            if (*(const eight_bytes *)(row + group) == 0) continue;
            for (int32_t column = group; column < group + 8; column++) {
                columns[count] = column;
                values[count] = scaled[row[column]];
                count += row[column] != 0;
            }
        }
    }
    starts[samples] = count;
}

/* The same from inputs, (samples, INPUTS). */
void compress_inputs(int32_t samples, const float *inputs, struct workspace *work)
{
    int32_t *starts = work->starts, *columns = work->columns, count = 0;
    float *values = work->values;
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

/* Compressed rows -> compressed columns.
   A counting sort: count each column's entries, see where each column starts, put entries there. */
static inline void transpose(int32_t samples, struct workspace *work)
{
    const int32_t *starts = work->starts, *columns = work->columns;
    int32_t *column_starts = work->column_starts, *rows = work->rows;
    const float *values = work->values;
    float *column_values = work->column_values;
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

/* The compressed batch -> hidden, (samples, HIDDEN) = max(x w1, 0): ReLU; NaN stays NaN. */
void hidden_layer(int32_t samples, const float *w1, struct workspace *work)
{
    const int32_t *starts = work->starts;
    for (int32_t sample = 0; sample < samples; sample++) {
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            sum_entries(starts[sample], starts[sample + 1], work->columns, work->values, w1 + tile,
                        sums);
            float *to = work->hidden + sample * HIDDEN + tile;
            for (int32_t k = 0; k < REGISTERS; k++) {
                int4 is_negative = sums[k] < 0.0f;
                store(to + 4 * k, (float4)((int4)sums[k] & ~is_negative));
            }
        }
    }
}

/* e^x for x <= 0, as log-softmax needs it, to about float32's precision; NaN stays NaN.
   x = n ln 2 + r with |r| <= ln 2 / 2: e^x = 2^n e^r, and e^r by its Taylor series. ln 2 comes in
   two parts, the first with few digits, so that n times it is exact (Cody and Waite, "Software
   Manual for the Elementary Functions", 1980, chapter 6). */
static inline float4 exp_of_negative(float4 x)
{
    float4 n = __builtin_elementwise_rint(x * 1.44269504f);
    float4 r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float4 series = 1.0f + r * (1.0f / 7);
    for (int32_t k = 6; k >= 1; k--) series = 1.0f + r * (1.0f / k) * series;
    int4 power = (__builtin_wasm_trunc_saturate_s_i32x4_f32x4(n) + 127) << 23; /* 2^n, from its
                                                                                  exponent */
    int4 is_normal = ~(x < -87.0f); /* anything below is less than the smallest normal number: 0 */
    return (float4)((int4)(series * (float4)power) & is_normal);
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

/* w2, (HIDDEN, OUTPUTS) -> its rows padded with 0. */
static inline void pad_w2(const float *w2, struct output_work *output)
{
    for (int32_t j = 0; j < HIDDEN; j++)
        for (int32_t c = 0; c < PADDED; c++)
            output->weights[j][c] = c < OUTPUTS ? w2[j * OUTPUTS + c] : 0.0f;
}

/* One sample's activations, (HIDDEN,) -> its logits.
   Odd and even units are summed apart: one chain of additions would wait for itself. */
static inline void forward(const float *row, struct output_work *output)
{
    float4 even[PADDED_REGISTERS] = {{0}}, odd[PADDED_REGISTERS] = {{0}};
    for (int32_t j = 0; j < HIDDEN; j += 2) {
        for (int32_t k = 0; k < PADDED_REGISTERS; k++) {
            even[k] = multiply_add(row[j], load(output->weights[j] + 4 * k), even[k]);
            odd[k] = multiply_add(row[j + 1], load(output->weights[j + 1] + 4 * k), odd[k]);
        }
    }
    for (int32_t k = 0; k < PADDED_REGISTERS; k++) store(output->logits + 4 * k, even[k] + odd[k]);
}

/* A softmax: the place of the largest logit, the sum of all e^(logit - largest), and its logarithm. */
struct softmax {
    int32_t digit;
    float sum, log_sum;
};

/* One sample's logits -> log_probs, (OUTPUTS,), logit - largest - ln(sum); in logits_grad, whose
   padding becomes 0, the summands e^(logit - largest). */
static inline __attribute__((always_inline)) struct softmax
log_softmax(struct output_work *output, float *log_probs)
{
    int32_t digit = 0;
    for (int32_t c = 1; c < OUTPUTS; c++)
        if (output->logits[c] > output->logits[digit]) digit = c;
    float largest = output->logits[digit];
    for (int32_t c = OUTPUTS; c < PADDED; c++) output->logits[c] = -__builtin_inff(); /* e^ is 0 */
    float4 sums = {0};
    for (int32_t k = 0; k < PADDED; k += 4) {
        float4 summands = exp_of_negative(load(output->logits + k) - largest);
        store(output->logits_grad + k, summands);
        sums += summands;
    }
    float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]), log_sum = log_of_sum(sum);
    for (int32_t c = 0; c < OUTPUTS; c++)
        log_probs[c] = (output->logits[c] - largest) - log_sum;
    return (struct softmax){digit, sum, log_sum};
}

/* The compressed batch -> log_probs, (samples, OUTPUTS), and hidden. */
void read_batch(int32_t samples, const float *w1, const float *w2, struct workspace *work)
{
    hidden_layer(samples, w1, work);
    pad_w2(w2, work->output);
    for (int32_t sample = 0; sample < samples; sample++) {
        forward(work->hidden + sample * HIDDEN, work->output);
        log_softmax(work->output, work->log_probs + sample * OUTPUTS);
    }
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

/* The summands of one sample's softmax, in logits_grad, become dL/dlogits.
   dL/dlogits = (softmax - target) / samples: the target is 1 at the label, or 1 / OUTPUTS everywhere
   where the label is none of the digits. */
static inline void logits_gradient(int32_t label, float samples, float sum,
                                   struct output_work *output)
{
    float scale = 1.0f / (sum * samples);
    for (int32_t k = 0; k < PADDED; k += 4)
        store(output->logits_grad + k, load(output->logits_grad + k) * scale);
    if (label < OUTPUTS) {
        output->logits_grad[label] -= 1.0f / samples;
        return;
    }
    for (int32_t c = 0; c < OUTPUTS; c++) output->logits_grad[c] -= 1.0f / (OUTPUTS * samples);
}

/* One sample's activations, (HIDDEN,), and dL/dlogits: adds to dL/dw2, hidden x dL/dlogits; then
   dL/dsums, dL/dlogits x w2 transposed where a unit is active, takes the activations' place. */
static inline void back(float *row, struct output_work *output)
{
    for (int32_t j = 0; j < HIDDEN; j++) {
        for (int32_t k = 0; k < PADDED; k += 4) {
            float *to = output->grad[j] + k;
            store(to, multiply_add(row[j], load(output->logits_grad + k), load(to)));
        }
    }
    for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
        float4 sums[REGISTERS];
        for (int32_t k = 0; k < REGISTERS; k++) sums[k] = (float4){0};
        for (int32_t c = 0; c < OUTPUTS; c++)
            for (int32_t k = 0; k < REGISTERS; k++)
                sums[k] = multiply_add(output->logits_grad[c],
                                       load(output->transposed[c] + tile + 4 * k), sums[k]);
        for (int32_t k = 0; k < REGISTERS; k++) {
            float *at = row + tile + 4 * k;
            int4 is_active = load(at) > 0.0f;
            store(at, (float4)((int4)sums[k] & is_active)); /* ReLU's derivative: 1 or 0 */
        }
    }
}

/* The compressed batch and labels, (samples,) uint8, digits or OUTPUTS for none of them -> log_probs;
   w2_grad, dL/dw2; in place of hidden dL/dsums; compressed columns, for dL/dw1; and the figures: L,
   and the share of the digits that are read right, 1 where there is none.
   One sample after the other: everything but the sample's own row stays in the nearest cache.
   Answers 1, or 0 where a label is larger than OUTPUTS, and then nothing was done. */
int32_t forward_and_back(int32_t samples, const uint8_t *labels, const float *w1, const float *w2,
                         struct workspace *work)
{
    for (int32_t sample = 0; sample < samples; sample++)
        if (labels[sample] > OUTPUTS) return 0;
    struct output_work *output = work->output;
    hidden_layer(samples, w1, work);
    pad_w2(w2, output);
    for (int32_t j = 0; j < HIDDEN; j++) {
        for (int32_t c = 0; c < OUTPUTS; c++) output->transposed[c][j] = w2[j * OUTPUTS + c];
        for (int32_t c = 0; c < PADDED; c++) output->grad[j][c] = 0.0f;
    }

    double loss = 0.0;
    int32_t right = 0, digits = 0;
    for (int32_t sample = 0; sample < samples; sample++) {
        int32_t label = labels[sample];
        float *row = work->hidden + sample * HIDDEN;
        float *log_probs = work->log_probs + sample * OUTPUTS;
        forward(row, output);
        struct softmax softmax = log_softmax(output, log_probs);
        loss += sample_loss(label, log_probs);
        digits += label < OUTPUTS;
        /* NaN, which equals nothing, is no answer. */
        right += softmax.digit == label && softmax.log_sum == softmax.log_sum;
        logits_gradient(label, (float)samples, softmax.sum, output);
        back(row, output);
    }
    work->figures[0] = loss / samples;
    work->figures[1] = digits ? (double)right / digits : 1.0;
    for (int32_t j = 0; j < HIDDEN; j++)
        for (int32_t c = 0; c < OUTPUTS; c++) work->w2_grad[j * OUTPUTS + c] = output->grad[j][c];
    transpose(samples, work);
    return 1;
}

/* w1_grad, (INPUTS, HIDDEN) = inputs transposed x dL/dsums, after forward_and_back. */
void write_w1_grad(struct workspace *work, float *w1_grad)
{
    const int32_t *starts = work->column_starts;
    for (int32_t row = 0; row < INPUTS; row++) {
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            sum_entries(starts[row], starts[row + 1], work->rows, work->column_values,
                        work->hidden + tile, sums);
            float *to = w1_grad + row * HIDDEN + tile;
            for (int32_t k = 0; k < REGISTERS; k++) store(to + 4 * k, sums[k]);
        }
    }
}

/* A step of plain SGD after forward_and_back: w -= learning_rate * dL/dw, for w1 and w2.
   Rows of w1 whose column is blank in the whole batch have no entries and stay untouched. */
void descend(struct workspace *work, float learning_rate, float *w1, float *w2)
{
    const int32_t *starts = work->column_starts;
    for (int32_t row = 0; row < INPUTS; row++) {
        if (starts[row] == starts[row + 1]) continue;
        for (int32_t tile = 0; tile < HIDDEN; tile += TILE) {
            float4 sums[REGISTERS];
            sum_entries(starts[row], starts[row + 1], work->rows, work->column_values,
                        work->hidden + tile, sums);
            float *to = w1 + row * HIDDEN + tile;
            for (int32_t k = 0; k < REGISTERS; k++)
                store(to + 4 * k, multiply_add(-learning_rate, sums[k], load(to + 4 * k)));
        }
    }
    for (int32_t i = 0; i < HIDDEN * OUTPUTS; i += 4)
        store(w2 + i, multiply_add(-learning_rate, load(work->w2_grad + i), load(w2 + i)));
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
