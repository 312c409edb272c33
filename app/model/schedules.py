"""Learning-rate schedules: how the rate of a step follows from its number."""

import math

SCHEDULES = ("constant", "warmup", "step", "cosine")


def scheduled_rate(schedule: str, learning_rate: float, step: int, steps: int) -> float:
    """The rate of step number `step`, from 0, where learning_rate is the schedule's highest.

    constant: always the same. warmup: rises evenly over the first `steps` (Goyal et al., "Accurate,
    Large Minibatch SGD", 2017, section 2.2). step: a tenth from half of `steps` on and a hundredth
    from three quarters on (He, Zhang, Ren and Sun, "Deep Residual Learning", CVPR 2016, section
    4.2). cosine: falls along half a cosine to 0 at `steps` and stays there (Loshchilov and Hutter,
    "SGDR", ICLR 2017, equation 5, without restarts). Raises ValueError for another schedule.
    """
    if schedule == "constant":
        return learning_rate
    if schedule == "warmup":
        return learning_rate * min((step + 1) / steps, 1)
    if schedule == "step":
        return learning_rate * (1 if step < steps / 2 else 0.1 if step < steps * 3 / 4 else 0.01)
    if schedule == "cosine":
        return learning_rate * (1 + math.cos(math.pi * min(step, steps) / steps)) / 2
    raise ValueError(f"expected one of {', '.join(SCHEDULES)}, found {schedule}")
