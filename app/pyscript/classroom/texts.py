"""What visitors read about starting and joining a class."""

CLASS_OPEN = "Class"
CLASS_OPEN_CODE = "Class {code}"
CLASS_TITLE = "A class on this network"
CLASS_INTRODUCTION = (
    "Everybody trains on their own device, and the teacher's board shows how it goes. Everything "
    "stays on the computer that this page comes from."
)
CLASS_JOIN_TITLE = "Join a class"
CLASS_CODE = "Code, four letters from the board"
CLASS_NAME = "Your nickname"
CLASS_NAME_HINT = "Leave blank to be an animal"
CLASS_JOIN = "Join"
CLASS_JOIN_NOTE = (
    "This sends your nickname and, from then on, your steps and figures to the class's computer. "
    "The teacher and everybody who sees the projector can read them. They are deleted when the "
    "teacher ends the class, or 12 hours after it was last used. Your drawings stay on your device "
    "unless you share them."
)
CLASS_START_TITLE = "Start a class"
CLASS_NAMED = "Name of the class"
CLASS_NAMED_HINT = "For example: 8b, Friday"
CLASS_ADMIN = "Admin token of this server"
CLASS_START = "Start a class"
CLASS_START_NOTE = (
    "This sends the name to the class's computer. Everybody who joins can read it. The class and "
    "all that is in it are deleted when you end it, or 12 hours after it was last used. This "
    "browser is then the teacher's; you can take that to another device by a link."
)
CLASS_CLOSE = "Close"
CLASS_NO_CODE = "Type the code that the teacher's board shows: four letters."
CLASS_OTHER = (
    "This browser is in class {code}. Leave that class, or end it on the board, before you join "
    "another one."
)
CLASS_UNANSWERED = "The class's computer does not answer. Are you on the same network?"
CLASS_NO_TEACHER = "This link does not make you the teacher"
CLASS_NOT_TAKEN_OVER = "The link to the board did not work"
CLASS_ENDED = "The class is over"
CLASS_ENDED_NOTE = (
    "What the class's computer knew of it is deleted. Your own network and drawings are still here."
)
CLASS_REMOVED = "You are no longer in the class"
CLASS_REMOVED_NOTE = (
    "The teacher has removed you, or the class has ended. Your own network and drawings are still "
    "here."
)
