"""What visitors read on and around the drawing grid."""

DRAW_TITLE = "Draw"
GRID_LABEL = "Drawing grid, 28 by 28 cells"
GRID_HINT = "Draw a digit here"
GRID_KEYS = (
    "Arrow keys move the pen, with Shift they draw. Space paints a dot, E swaps pen and eraser, "
    "Control Z undoes, with Shift it redoes, Delete clears."
)
GRID_PEN = "Pen"
GRID_ERASER = "Eraser"
GRID_UNDO = "Undo"
GRID_REDO = "Redo"
GRID_CLEAR = "Clear"
GRID_BRUSH = "Brush"
GRID_BRUSH_LABEL = "Brush width in cells"
GRID_LOAD_SAMPLE = "Load sample"
GRID_SHOW_DATA = "Show data"
GRID_SAMPLE = "A sample from the data, labeled {label}."
