"""What pupils read of the class that they are in."""

PUPIL_STRIP = "Your class"
PUPIL_CLASS = "Class {code}"
PUPIL_YOU = "You are {name}"
PUPIL_SHARE = "Share my last drawing"
PUPIL_SENT = "What is sent?"
PUPIL_SENT_NOTE = (
    "Once a second at most: your steps, both validation figures, a small curve of your accuracy, "
    "and whether you draw, train or pause. If you share it, also your last drawing and how it was "
    "read. The teacher's board and the projector show that, and the class's computer keeps the "
    "newest only. It is deleted when you leave, when the teacher ends the class, or 12 hours after "
    "the class was last used."
)
PUPIL_LEAVE = "Leave"
PUPIL_LEAVE_SURE = (
    "Leave the class? Your figures there are deleted. Your network and your drawings stay here."
)
PUPIL_LEAVE_CONFIRM = "Yes, leave"
PUPIL_STAY = "Stay"
PUPIL_AWAY = "The class's computer does not answer. Go on; it will connect by itself."
PUPIL_LESSON = "The teacher has sent a lesson: see Train."
PUPIL_STARTED = "The teacher has started training."
PUPIL_PAUSED = "The teacher has paused training."
PUPIL_RESET = "The teacher has reset the run."
PUPIL_ATTENTION = "Please look up"
PUPIL_ATTENTION_NOTE = "The teacher asks for your attention. Your training goes on meanwhile."
