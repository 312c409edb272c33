/* The page's reader: reads one drawing without Python, until the worker has started.

   The definition is in Python: ink.py, preprocessing.py and readability.py beside this folder,
   serialization.py for the weights, and app/pyscript/read/worker/calls.py for what a reading is.
   Functions are named as they are there, and tests hold the results equal: the same
   pixels, the same reason, and probabilities that differ by rounding alone.

   tools/build_kernels.py compiles this to reader.wasm and passes it all thresholds and sizes, which
   it takes from those modules. The module has a memory of its own, imports nothing, and needs
   neither a library nor SIMD. It never traps: it divides no integers, calls nothing recursively, and
   keeps every index within its array, whatever it is given. app/pyscript/read/page_reader.py calls
   it:

   npz, npz_bytes     where the bytes of weights go, and how many they are
   take_weights       checks them, and reads with them from now on
   drawing            where a drawing goes: two hexadecimal digits for each cell
   read_drawing       reads it: why it is unreadable, as a number
   digit, probabilities, seen    the rest of that reading */

#include <stdint.h>

enum { CELLS = SIDE * SIDE };

static inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

/* ---- ink.py ---- */

/* Neighboring pixels with ink in one row: columns `start` up to but not including `end`. */
struct run { int32_t row, start, end, part; };

/* Connected ink, by its box: rows and columns up to but not including the ends. */
struct part { int32_t top, bottom, left, right, is_speck; };

enum { MAX_RUNS = SIDE * ((SIDE + 1) / 2) };
static struct run runs[MAX_RUNS];
static struct part parts[MAX_RUNS];
static int32_t run_count, part_count;
static int32_t parents[MAX_RUNS];

static inline int32_t has_ink(uint8_t pixel) { return pixel > INK_THRESHOLD; }

static inline int32_t longer_side(const struct part *part)
{
    return larger(part->bottom - part->top, part->right - part->left);
}

/* All runs of a drawing, row by row and from left to right. */
static void find_runs(const uint8_t *image)
{
    run_count = 0;
    for (int32_t row = 0; row < SIDE; row++) {
        for (int32_t column = 0; column < SIDE; column++) {
            if (!has_ink(image[row * SIDE + column])) continue;
            int32_t start = column;
            while (column < SIDE && has_ink(image[row * SIDE + column])) column++;
            runs[run_count++] = (struct run){row, start, column, 0};
        }
    }
}

static int32_t root(int32_t number)
{
    while (parents[number] != number) number = parents[number];
    return number;
}

/* The parts of the ink that touch by a side or a corner: runs of one row that touch runs of the row
   above belong together. */
static void connected_parts(const uint8_t *image)
{
    find_runs(image);
    int32_t above = 0;
    for (int32_t number = 0; number < run_count; number++) {
        struct run run = runs[number];
        parents[number] = number;
        /* Runs that end before this one begins, or lie more than one row above, touch none to
           come. Both loops end at this run itself, at the latest. */
        while (runs[above].row < run.row - 1 ||
               (runs[above].row == run.row - 1 && runs[above].end < run.start))
            above++;
        for (int32_t other = above;
             runs[other].row == run.row - 1 && runs[other].start <= run.end; other++)
            parents[root(other)] = number; /* which is its own root until it joins another */
    }
    part_count = 0;
    for (int32_t number = run_count - 1; number >= 0; number--) {
        /* A root is the last run of its part, so here it comes first. */
        struct run *run = &runs[number];
        if (parents[number] == number) {
            run->part = part_count;
            parts[part_count++] = (struct part){run->row, run->row + 1, run->start, run->end, 0};
        }
        run->part = runs[root(number)].part;
        struct part *part = &parts[run->part];
        part->top = run->row;
        part->left = smaller(part->left, run->start);
        part->right = larger(part->right, run->end);
    }
}

/* Pixels from the middle of a speck's box to the nearest ink of parts longer than `limit`. */
static double distance(const struct part *speck, double limit)
{
    double middle_y = (speck->top + speck->bottom - 1) / 2.0;
    double middle_x = (speck->left + speck->right - 1) / 2.0;
    double nearest = 2.0 * CELLS * CELLS;
    for (int32_t number = 0; number < run_count; number++) {
        struct run run = runs[number];
        if (longer_side(&parts[run.part]) <= limit) continue;
        double dy = run.row - middle_y, dx = 0.0;
        if (run.start - middle_x > dx) dx = run.start - middle_x;
        if (middle_x - (run.end - 1) > dx) dx = middle_x - (run.end - 1);
        double square = dy * dy + dx * dx;
        if (square < nearest) nearest = square;
    }
    return __builtin_sqrt(nearest);
}

/* Marks the parts that are small beside the largest, and far from every part that is not small. */
static void stray_specks(void)
{
    int32_t largest = 0;
    for (int32_t i = 0; i < part_count; i++) largest = larger(largest, longer_side(&parts[i]));
    for (int32_t i = 0; i < part_count; i++)
        parts[i].is_speck = longer_side(&parts[i]) <= SPECK_SIDE * largest &&
                            distance(&parts[i], SPECK_SIDE * largest) >= SPECK_GAP * largest;
}

/* Clears the specks, with the pixels around them: these hold the speck's soft edge, and no ink of
   other parts. */
static void clear_specks(uint8_t *image)
{
    for (int32_t number = 0; number < run_count; number++) {
        struct run run = runs[number];
        if (!parts[run.part].is_speck) continue;
        for (int32_t row = larger(run.row - 1, 0); row < smaller(run.row + 2, SIDE); row++)
            for (int32_t column = larger(run.start - 1, 0); column < smaller(run.end + 1, SIDE);
                 column++)
                image[row * SIDE + column] = 0;
    }
}

/* ---- preprocessing.py ---- */

/* An image cropped to its ink: `first` is its first pixel, rows are SIDE apart. */
struct cropped { const uint8_t *first; int32_t height, width; };

static struct cropped crop_to_ink(const uint8_t *image)
{
    int32_t top = SIDE, bottom = 0, left = SIDE, right = 0;
    for (int32_t row = 0; row < SIDE; row++) {
        for (int32_t column = 0; column < SIDE; column++) {
            if (!has_ink(image[row * SIDE + column])) continue;
            top = smaller(top, row);
            bottom = row + 1;
            left = smaller(left, column);
            right = larger(right, column + 1);
        }
    }
    if (bottom == 0) return (struct cropped){image, 0, 0};
    return (struct cropped){image + top * SIDE + left, bottom - top, right - left};
}

/* How far the ink leans, columns for each row further down, and in `middle` the row of its center
   of mass: cov(x, y) / var(y), from whole numbers, all of which a double can hold. */
static double find_lean(struct cropped image, double *middle)
{
    int64_t ink = 0, y = 0, x = 0, yy = 0, xy = 0;
    for (int32_t row = 0; row < image.height; row++) {
        for (int32_t column = 0; column < image.width; column++) {
            int64_t pixel = image.first[row * SIDE + column];
            ink += pixel;
            y += pixel * row;
            x += pixel * column;
            yy += pixel * row * row;
            xy += pixel * row * column;
        }
    }
    *middle = (double)y / (double)ink;
    int64_t variance = yy * ink - y * y, covariance = xy * ink - x * y;
    if (variance <= 0) return 0.0;
    double lean = (double)covariance / (double)variance;
    if (lean < -GREATEST_LEAN) return -GREATEST_LEAN;
    return lean > GREATEST_LEAN ? GREATEST_LEAN : lean;
}

/* Triangular weights of `size` old pixels for a new one whose center is at `position` among them;
   returns their sum. */
static double triangle(double position, int32_t size, double reach, double *weights)
{
    double sum = 0.0;
    for (int32_t i = 0; i < size; i++) {
        double weight = 1.0 - __builtin_fabs(position - i) / reach;
        weights[i] = weight > 0.0 ? weight : 0.0;
        sum += weights[i];
    }
    return sum;
}

static double digit_box[BOX_SIDE][BOX_SIDE];
static int32_t box_height, box_width;

static int32_t new_size(double size)
{
    /* Python's round: halves to even. */
    return smaller(larger((int32_t)__builtin_rint(size), 1), BOX_SIDE);
}

/* Fills digit_box with the image, upright and scaled so that its longer side is BOX_SIDE pixels,
   0-255: each row moves sideways by as much as the ink leans there, in the same resampling. */
static void fit_box(struct cropped image)
{
    double middle, lean = find_lean(image, &middle);
    double left = SIDE * SIDE, right = -SIDE * SIDE;
    for (int32_t row = 0; row < image.height; row++) {
        int32_t first = image.width, end = 0;
        for (int32_t column = 0; column < image.width; column++) {
            if (!has_ink(image.first[row * SIDE + column])) continue;
            first = smaller(first, column);
            end = column + 1;
        }
        if (end == 0) continue;
        double moved = lean * (row - middle);
        if (first - moved < left) left = first - moved;
        if (end - moved > right) right = end - moved;
    }
    double height = image.height, width = right - left;
    double scale = (height > width ? height : width) / BOX_SIDE;
    box_height = new_size(height / scale);
    box_width = new_size(width / scale);

    double row_step = height / box_height, column_step = width / box_width;
    double row_reach = row_step > 1.0 ? row_step : 1.0;
    double column_reach = column_step > 1.0 ? column_step : 1.0;
    for (int32_t row = 0; row < box_height; row++) {
        double weights[SIDE], scaled_down[SIDE];
        double row_center = (row + 0.5) * row_step - 0.5;
        double sum = triangle(row_center, image.height, row_reach, weights);
        for (int32_t column = 0; column < image.width; column++) {
            scaled_down[column] = 0.0;
            for (int32_t i = 0; i < image.height; i++)
                scaled_down[column] += weights[i] / sum * image.first[i * SIDE + column];
        }
        for (int32_t column = 0; column < box_width; column++) {
            double position = left + (column + 0.5) * column_step - 0.5 + lean * (row_center - middle);
            sum = triangle(position, image.width, column_reach, weights);
            /* Beyond the row's ends is paper. */
            if (position < -0.5 - TIE_BREAKER || position > image.width - 0.5 + TIE_BREAKER)
                sum = column_reach;
            double pixel = 0.0;
            for (int32_t i = 0; i < image.width; i++) pixel += weights[i] / sum * scaled_down[i];
            digit_box[row][column] = pixel;
        }
    }
}

/* Where a line of ink has to begin for its center of mass to land on CENTER, all inside. */
static int32_t first_index(const double *profile, int32_t size)
{
    double sum = 0.0, moment = 0.0;
    for (int32_t i = 0; i < size; i++) {
        sum += profile[i];
        moment += profile[i] * i;
    }
    int32_t index = (int32_t)__builtin_floor(CENTER - moment / sum + 0.5 + TIE_BREAKER);
    return smaller(larger(index, 0), SIDE - size);
}

/* The image without its specks -> `normalized`, as MNIST would show it; all 0 without ink. */
static void normalize_image(const uint8_t *image, uint8_t *normalized)
{
    for (int32_t i = 0; i < CELLS; i++) normalized[i] = 0;
    struct cropped cropped = crop_to_ink(image);
    if (!cropped.height) return;
    fit_box(cropped);
    double ink_of_rows[BOX_SIDE] = {0}, ink_of_columns[BOX_SIDE] = {0};
    for (int32_t row = 0; row < box_height; row++) {
        for (int32_t column = 0; column < box_width; column++) {
            ink_of_rows[row] += digit_box[row][column];
            ink_of_columns[column] += digit_box[row][column];
        }
    }
    int32_t top = first_index(ink_of_rows, box_height);
    int32_t left = first_index(ink_of_columns, box_width);
    for (int32_t row = 0; row < box_height; row++)
        for (int32_t column = 0; column < box_width; column++)
            normalized[(top + row) * SIDE + left + column] =
                (uint8_t)__builtin_floor(digit_box[row][column] + 0.5 + TIE_BREAKER);
}

/* ---- readability.py ---- */

/* BLANK, DOT, FILLED or SEVERAL, whatever the network says, or READABLE. The parts are those of
   this image, with the specks among them marked. */
static int32_t seen_in_the_ink(const uint8_t *image)
{
    if (!part_count) return BLANK;
    int32_t top = SIDE, bottom = 0, left = SIDE, right = 0;
    for (int32_t i = 0; i < part_count; i++) {
        if (parts[i].is_speck) continue;
        top = smaller(top, parts[i].top);
        bottom = larger(bottom, parts[i].bottom);
        left = smaller(left, parts[i].left);
        right = larger(right, parts[i].right);
    }
    int32_t shorter = smaller(bottom - top, right - left);
    int32_t longer = larger(bottom - top, right - left);
    if (longer <= TINY_SIDE) return DOT;
    if (shorter >= ROUNDNESS * longer) {
        double sum = 0.0, darkest = 0.0;
        for (int32_t row = top; row < bottom; row++) {
            for (int32_t column = left; column < right; column++) {
                double pixel = image[row * SIDE + column];
                sum += pixel;
                if (pixel > darkest) darkest = pixel;
            }
        }
        double share = sum / ((bottom - top) * (right - left)) / darkest;
        if (longer <= DOT_SIDE && share >= DOT_INK) return DOT;
        if (share >= FILLED_INK) return FILLED;
    }
    int32_t tall = 0;
    for (int32_t i = 0; i < part_count; i++)
        tall += !parts[i].is_speck && parts[i].bottom - parts[i].top >= TALL * (bottom - top);
    return tall > 1 ? SEVERAL : READABLE;
}

/* ---- network.py: one sample, forward ---- */

static float w1[INPUT_SIZE][HIDDEN_SIZE];
static float w2[HIDDEN_SIZE][OUTPUT_SIZE];
static int32_t has_weights;
static float hidden[HIDDEN_SIZE];
static float log_probs[OUTPUT_SIZE];

/* e^x for x <= 0; NaN stays NaN. x = n ln 2 + r with |r| <= ln 2 / 2: e^x = 2^n e^r, and e^r by its
   Taylor series. ln 2 comes in two parts, the first with few digits, so that n times it is exact
   (Cody and Waite, "Software Manual for the Elementary Functions", 1980, chapter 6). */
static double exp_of_negative(double x)
{
    if (x < -700.0) return 0.0; /* far below the smallest float32 */
    double n = __builtin_rint(x * 1.4426950408889634);
    double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    double series = 1.0 + r / 14;
    for (int32_t k = 13; k >= 1; k--) series = 1.0 + r / k * series;
    union { int64_t bits; double value; } power; /* 2^n, made from its exponent */
    power.bits = ((int64_t)n + 1023) << 52;
    return series * power.value;
}

/* ln x for x > 0; NaN stays NaN. x = 2^n m with m near 1: ln x = n ln 2 + 2 artanh t for
   t = (m - 1) / (m + 1), |t| < 0.18, and artanh by its series t + t^3 / 3 + t^5 / 5 + ... */
static double ln(double x)
{
    double n = 0.0;
    for (; x > 1.4142135623730951; n++) x *= 0.5;
    for (; x < 0.7071067811865476; n--) x *= 2.0;
    double t = (x - 1.0) / (x + 1.0), square = t * t, series = 1.0 / 23;
    for (int32_t k = 21; k >= 1; k -= 2) series = 1.0 / k + square * series;
    return n * 0.6931471805599453 + 2.0 * t * series;
}

static inline int32_t is_finite(float number) { return number - number == 0.0f; }

/* The log-probabilities of a normalized drawing. Sums are float32, like the worker's and in its
   order: where its numbers overflow, so do these. */
static void find_log_probs(const uint8_t *pixels)
{
    for (int32_t j = 0; j < HIDDEN_SIZE; j++) hidden[j] = 0.0f;
    for (int32_t i = 0; i < INPUT_SIZE; i++) {
        if (!pixels[i]) continue;
        float input = (float)pixels[i] / 255.0f;
        for (int32_t j = 0; j < HIDDEN_SIZE; j++) hidden[j] += input * w1[i][j];
    }
    for (int32_t j = 0; j < HIDDEN_SIZE; j++)
        if (hidden[j] < 0.0f) hidden[j] = 0.0f; /* ReLU; NaN stays NaN */
    for (int32_t c = 0; c < OUTPUT_SIZE; c++) {
        log_probs[c] = 0.0f;
        for (int32_t j = 0; j < HIDDEN_SIZE; j++) log_probs[c] += hidden[j] * w2[j][c];
    }
    float largest = log_probs[0];
    for (int32_t c = 1; c < OUTPUT_SIZE; c++)
        if (log_probs[c] > largest) largest = log_probs[c];
    double sum = 0.0;
    for (int32_t c = 0; c < OUTPUT_SIZE; c++) {
        log_probs[c] -= largest;
        sum += exp_of_negative(log_probs[c]);
    }
    double log_sum = ln(sum);
    for (int32_t c = 0; c < OUTPUT_SIZE; c++) log_probs[c] = (float)(log_probs[c] - log_sum);
}

/* ---- serialization.py: weights as bytes ---- */

/* `weights_to_npz` writes a zip of two members, stored as they are. Each is a local header with a
   name of six letters, a header of .npy, and an array; then come the zip's directory and its end.
   So everything has its place, and nothing that the bytes say about sizes has to be believed. */
enum {
    NAME = 30, /* where a local header ends and its name begins */
    NPY = NAME + 6,
    NPY_HEADER = 128,
    VALUES = NPY + NPY_HEADER,
    W1_MEMBER = 0,
    W2_MEMBER = W1_MEMBER + VALUES + sizeof w1,
    DIRECTORY = W2_MEMBER + VALUES + sizeof w2,
    DIRECTORY_ENTRY = 46 + 6,
    DIRECTORY_END = DIRECTORY + 2 * DIRECTORY_ENTRY,
    NPZ_BYTES = DIRECTORY_END + 22
};

static uint8_t npz_room[NPZ_BYTES] __attribute__((aligned(4)));
static uint32_t crc_table[256];

static uint32_t number_at(const uint8_t *at, int32_t bytes)
{
    uint32_t number = 0;
    for (int32_t i = bytes - 1; i >= 0; i--) number = number << 8 | at[i];
    return number;
}

static int32_t begins_with(const uint8_t *at, const char *expected, int32_t bytes)
{
    for (int32_t i = 0; i < bytes; i++)
        if (at[i] != (uint8_t)expected[i]) return 0;
    return 1;
}

/* CRC-32 as zip has it (ISO/IEC 8802-3), a byte at a time. */
static uint32_t crc32(const uint8_t *from, int32_t bytes)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t remainder = i;
        for (int32_t bit = 0; bit < 8; bit++)
            remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320u : 0);
        crc_table[i] = remainder;
    }
    uint32_t crc = 0xFFFFFFFFu;
    for (int32_t i = 0; i < bytes; i++) crc = crc >> 8 ^ crc_table[(crc ^ from[i]) & 255];
    return ~crc;
}

/* Is this the header that numpy.save writes: version 1.0, this description, spaces, a line feed? */
static int32_t is_npy_header(const uint8_t *at, const char *description, int32_t length)
{
    if (!begins_with(at, "\x93NUMPY\x01\x00", 8) || number_at(at + 8, 2) != NPY_HEADER - 10)
        return 0;
    if (!begins_with(at + 10, description, length) || at[NPY_HEADER - 1] != '\n') return 0;
    for (int32_t i = 10 + length; i < NPY_HEADER - 1; i++)
        if (at[i] != ' ') return 0;
    return 1;
}

/* Is here a member with this name, stored, whole, of `bytes` bytes of finite float32? */
static int32_t is_member(const uint8_t *at, const char *name, const char *description,
                         int32_t length, uint32_t bytes)
{
    uint32_t size = NPY_HEADER + bytes;
    if (!begins_with(at, "PK\x03\x04", 4) || number_at(at + 6, 2) != 0 /* flags */ ||
        number_at(at + 8, 2) != 0 /* stored */ || number_at(at + 18, 4) != size ||
        number_at(at + 22, 4) != size || number_at(at + 26, 2) != NPY - NAME ||
        number_at(at + 28, 2) != 0 /* no extra field */ ||
        !begins_with(at + NAME, name, NPY - NAME) ||
        !is_npy_header(at + NPY, description, length) ||
        number_at(at + 14, 4) != crc32(at + NPY, (int32_t)size))
        return 0;
    const float *values = (const float *)(at + VALUES);
    for (uint32_t i = 0; i < bytes / sizeof(float); i++)
        if (!is_finite(values[i])) return 0;
    return 1;
}

/* What numpy.save says of each array; the sizes are those in SHAPES. */
#define TEXT(number) #number
#define SHAPE(rows, columns) \
    "{'descr': '<f4', 'fortran_order': False, 'shape': (" TEXT(rows) ", " TEXT(columns) "), }"
static const char W1_DESCRIPTION[] = SHAPE(INPUT_SIZE, HIDDEN_SIZE);
static const char W2_DESCRIPTION[] = SHAPE(HIDDEN_SIZE, OUTPUT_SIZE);

uint8_t *npz(void) { return npz_room; }
int32_t npz_bytes(void) { return NPZ_BYTES; }

/* Read from now on with the weights in npz_room, of which `bytes` bytes were filled. Answers 1; or
   0 if they are not exactly what `weights_to_npz` writes, and then the former weights stay. */
int32_t take_weights(int32_t bytes)
{
    if (bytes != NPZ_BYTES ||
        !is_member(npz_room + W1_MEMBER, "w1.npy", W1_DESCRIPTION, sizeof W1_DESCRIPTION - 1,
                   sizeof w1) ||
        !is_member(npz_room + W2_MEMBER, "w2.npy", W2_DESCRIPTION, sizeof W2_DESCRIPTION - 1,
                   sizeof w2) ||
        !begins_with(npz_room + DIRECTORY, "PK\x01\x02", 4) ||
        !begins_with(npz_room + DIRECTORY + DIRECTORY_ENTRY, "PK\x01\x02", 4) ||
        !begins_with(npz_room + DIRECTORY_END, "PK\x05\x06", 4))
        return 0;
    const float *from = (const float *)(npz_room + W1_MEMBER + VALUES);
    for (int32_t i = 0; i < INPUT_SIZE * HIDDEN_SIZE; i++) w1[0][i] = from[i];
    from = (const float *)(npz_room + W2_MEMBER + VALUES);
    for (int32_t i = 0; i < HIDDEN_SIZE * OUTPUT_SIZE; i++) w2[0][i] = from[i];
    has_weights = 1;
    return 1;
}

/* ---- read/worker/calls.py: a reading ---- */

static uint8_t hexadecimal[2 * CELLS];
static uint8_t pixels[CELLS];
static uint8_t cleaned[CELLS];
static uint8_t normalized[CELLS];
static uint8_t rgba[4 * CELLS];
static float probs[OUTPUT_SIZE];
static int32_t likeliest;

uint8_t *drawing(void) { return hexadecimal; }
int32_t digit(void) { return likeliest; }
float *probabilities(void) { return probs; } /* (OUTPUT_SIZE,); all 0 if there is no answer */
uint8_t *seen(void) { return rgba; }         /* the ink as opacity of black, four bytes a pixel */

/* A digit's value; 16 or more for other characters. */
static uint32_t hexadecimal_digit(uint8_t character)
{
    if (character >= '0' && character <= '9') return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : 16;
}

/* Read the drawing: READABLE, or why not. NOT_READ without weights, or if it is not a drawing. */
int32_t read_drawing(void)
{
    for (int32_t i = 0; i < CELLS; i++) {
        uint32_t high = hexadecimal_digit(hexadecimal[2 * i]);
        uint32_t low = hexadecimal_digit(hexadecimal[2 * i + 1]);
        if (!has_weights || high > 15 || low > 15) return NOT_READ;
        pixels[i] = (uint8_t)(high << 4 | low);
        cleaned[i] = pixels[i];
    }
    connected_parts(pixels);
    stray_specks();
    clear_specks(cleaned);
    normalize_image(cleaned, normalized);
    for (int32_t i = 0; i < CELLS; i++) rgba[4 * i + 3] = normalized[i];

    find_log_probs(normalized);
    int32_t is_answer = 1;
    likeliest = 0;
    for (int32_t c = 0; c < OUTPUT_SIZE; c++) {
        is_answer = is_answer && is_finite(log_probs[c]);
        if (log_probs[c] > log_probs[likeliest]) likeliest = c;
    }
    for (int32_t c = 0; c < OUTPUT_SIZE; c++)
        probs[c] = is_answer ? (float)exp_of_negative(log_probs[c]) : 0.0f;

    int32_t reason = seen_in_the_ink(pixels);
    if (reason != READABLE) return reason;
    if (!is_answer) return NO_ANSWER;
    return log_probs[likeliest] < ln(LEAST_PROBABILITY) ? NO_DIGIT : READABLE;
}
